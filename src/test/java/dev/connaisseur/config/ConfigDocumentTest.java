package dev.connaisseur.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigDocumentTest {
    private final Problems problems = new Problems(OnProblem.REFUSE);

    private Optional<ConfigSection> parse(String yaml) {
        return ConfigDocument.parse("f", yaml.getBytes(UTF_8), problems);
    }

    /** Name, document, line, what the message says. */
    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("empty", "", 0, "EOF"),
                Arguments.of("only comments", "# nothing\n", 0, "EOF"),
                Arguments.of("null", "---\n", 0, "EOF"),
                Arguments.of("scalar", "\nword\n", 2, "cannot unmarshal !!str into map"),
                Arguments.of("list", "- a\n", 1, "cannot unmarshal !!seq into map"),
                Arguments.of("tab", "a:\n\t- b\n", 2, "TAB"),
                Arguments.of("unclosed list", "a: [1,\nb", 2, "expected ',' or ']'"),
                Arguments.of("bare star", "a: 1\np: *:*\n", 2, "while scanning an alias"),
                Arguments.of("unknown alias", "a: *none\n", 1, "undefined alias none"),
                Arguments.of("two documents", "a: 1\n---\na: 2\n", 2, "expected a single document"),
                Arguments.of(
                        "duplicate key",
                        "a: 1\nb:\n  c: 1\n  c: 2\n",
                        4,
                        "mapping key \"c\" already defined at line 3"),
                Arguments.of(
                        "duplicate key, quoted", "a: 1\n\"a\": 2\n", 2, "mapping key \"a\" already defined at line 1"),
                Arguments.of("list as key", "a: 1\n? [x]\n: 2\n", 2, "mapping key is a"),
                Arguments.of(
                        "Java object",
                        "a: 1\nb: !!java.net.URL [x]\n",
                        2,
                        "tag:yaml.org,2002:java.net.URL is not supported"),
                Arguments.of("own tag", "b: !secret x\n", 1, "tag !secret is not supported"),
                Arguments.of("binary", "b: !!binary aGk=\n", 1, "binary is not supported"),
                Arguments.of("merge of a word", "a:\n  <<: x\n", 3, "Expected mapping node"),
                Arguments.of(
                        "duplicate beside a merge",
                        "a: &a {x: 1}\nb:\n  y: 1\n  <<: *a\n  y: 2\n",
                        5,
                        "already defined at line 3"),
                Arguments.of("NUL", "a: \"x\0\"\n", 0, "character that YAML does not allow"),
                Arguments.of(
                        "too deep, flow", "a: " + "[".repeat(100) + "]".repeat(100), 1, "nested deeper than 50 levels"),
                Arguments.of("too deep, no end", "a: " + "{b: ".repeat(200_000), 1, "nested deeper than 50 levels"),
                Arguments.of("too deep, block", "- ".repeat(100_000), 1, "nested deeper than 50 levels"),
                Arguments.of(
                        "holds itself", "a: &a\n  b: *a\n", 1, "nested deeper than 50 levels after expanding aliases"),
                Arguments.of("billion laughs", laughs(), 0, "more than 100000 values after expanding aliases"),
                Arguments.of(
                        "quadratic",
                        "a: &a [" + "x,".repeat(2000) + "]\nb: [" + "*a,".repeat(90) + "]",
                        1,
                        "more than 100000"),
                Arguments.of("too large", "#".repeat(ConfigDocument.MAX_BYTES + 1), 0, "larger than"));
    }

    private static String laughs() {
        StringBuilder yaml = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 10; i++) {
            yaml.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(9)));
        }
        return yaml.toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refuses(String name, String yaml, int line, String what) {
        parse(yaml);
        List<Problem> errors = problems.errors();
        assertThat(errors).singleElement().satisfies(problem -> {
            assertThat(problem.what()).startsWith("error parsing file: ").contains(what);
            if (line > 0) {
                assertThat(problem.line()).isEqualTo(line);
            }
        });
    }

    @Test
    void refusesWhatIsNotUtf8() {
        ConfigDocument.parse("f", "a: ü".getBytes(StandardCharsets.ISO_8859_1), problems);
        assertThat(problems.errors())
                .singleElement()
                .hasToString("f: error parsing file: not UTF-8. Save the file as UTF-8.");
    }

    /** The positive twins: near misses of what is refused. */
    @Test
    void takesWhatIsAllowed() {
        for (String yaml : List.of(
                "a: [b]\n",
                "\uFEFFa: b\n",
                "---\na: b\n...\n",
                "a: \"*:*\"\nb: {a: 1}\nc: {a: 2}\n",
                "a: !!str 5\n",
                "{\n\t\"a\":{\"b\":\"\\/\\u00e4\"}\n}\n",
                "a: &a [" + "x,".repeat(2000) + "]\nb: [" + "*a,".repeat(20) + "]",
                "a: " + "[".repeat(48) + "]".repeat(48))) {
            assertThat(parse(yaml)).isPresent();
            assertThat(problems.errors()).isEmpty();
        }
    }
}

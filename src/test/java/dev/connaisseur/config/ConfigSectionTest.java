package dev.connaisseur.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigSectionTest {
    private final Problems problems = new Problems(OnProblem.REFUSE);

    private ConfigSection parse(String yaml) {
        return ConfigDocument.parse("config.yaml", yaml.getBytes(UTF_8), problems)
                .orElseThrow(() -> new AssertionError(problems.errors().toString()));
    }

    private List<String> errors() {
        return problems.errors().stream().map(Problem::toString).toList();
    }

    @Test
    void readsValuesAsTheyAreWritten() {
        ConfigSection section = parse("""
                text: *shared
                """.replace("*shared", "&shared yes") + """
                again: *shared
                version: 1.10
                on: true
                count: 0x1F
                nothing: ~
                list: [a, 1, true]
                inner:
                  deep: "quoted: text"
                items:
                - name: first
                - name: second
                """);
        assertThat(section.string("text")).contains("yes");
        assertThat(section.string("again")).contains("yes");
        assertThat(section.string("version")).contains("1.10");
        assertThat(section.bool("on")).contains(true);
        assertThat(section.integer("count")).hasValue(31);
        assertThat(section.has("nothing")).isFalse();
        assertThat(section.string("absent")).isEmpty();
        assertThat(section.strings("list")).containsExactly("a", "1", "true");
        ConfigSection inner = section.section("inner").orElseThrow();
        assertThat(inner.path()).isEqualTo("inner");
        assertThat(inner.line()).isEqualTo(9);
        assertThat(inner.string("deep")).contains("quoted: text");
        assertThat(section.sections("items")).extracting(ConfigSection::path).containsExactly("items[0]", "items[1]");
        assertThat(errors()).isEmpty();
    }

    @Test
    void mergesMappingsBelowTheirOwnKeys() {
        for (String use : List.of("{<<: *base, b: 3}", "{b: 3, <<: *base}", "{<<: [{b: 3}, *base]}")) {
            ConfigSection section = parse("base: &base {a: 1, b: 2}\nuse: " + use)
                    .section("use")
                    .orElseThrow();
            assertThat(section.keys()).containsExactlyInAnyOrder("a", "b");
            assertThat(section.string("a")).contains("1");
            assertThat(section.string("b")).contains("3");
        }
        assertThat(errors()).isEmpty();
    }

    @Test
    void reportsWrongTypesWithPathAndLine() {
        ConfigSection section = parse("""
                validators:
                - name: [x]
                  approve: yes
                  threshold: three
                  trustRoots: {}
                  auth: word
                - 7
                """);
        ConfigSection first = section.sections("validators").getFirst();
        assertThat(first.requiredString("name")).isEmpty();
        assertThat(first.bool("approve")).isEmpty();
        assertThat(first.integer("threshold")).isEmpty();
        assertThat(first.sections("trustRoots")).isEmpty();
        assertThat(first.section("auth")).isEmpty();
        assertThat(first.section("auth")).isEmpty();
        assertThat(errors())
                .containsExactly(
                        "config.yaml:2 validators[0].name: cannot unmarshal !!seq into string."
                                + " Write a text, in quotes if it looks like something else.",
                        "config.yaml:3 validators[0].approve: cannot unmarshal !!str `yes` into bool. Write true or false.",
                        "config.yaml:4 validators[0].threshold: cannot unmarshal !!str `three` into int. Write a whole number.",
                        "config.yaml:5 validators[0].trustRoots: cannot unmarshal !!map into list."
                                + " Write a list: lines that begin with a dash.",
                        "config.yaml:6 validators[0].auth: cannot unmarshal !!str `word` into map."
                                + " Write keys and values, one per line.",
                        "config.yaml:7 validators[1]: cannot unmarshal !!int `7` into map."
                                + " Write keys and values, one per line.");
    }

    @Test
    void reportsUnknownKeysWithTheNearestOne() {
        ConfigSection section = parse("trust_roots: []\nname: x\nisAcr: true\n");
        section.onlyKeys("name", "type", "trustRoots");
        assertThat(errors())
                .containsExactly(
                        "config.yaml:1 trust_roots: field trust_roots not found in type config. Did you mean trustRoots?",
                        "config.yaml:3 isAcr: field isAcr not found in type config. Remove it; known here: name, type, trustRoots.");
    }

    @Test
    void requiresTexts() {
        ConfigSection section = parse("empty: ''\nnumber: 12\n");
        assertThat(section.requiredString("empty")).isEmpty();
        assertThat(section.requiredString("name")).isEmpty();
        assertThat(section.requiredString("number")).isEqualTo("12");
        assertThat(section.requiredStrictString("number")).isEmpty();
        assertThat(errors())
                .containsExactly(
                        "config.yaml:1 empty: Empty is a required field. Give empty a value.",
                        "config.yaml:1 name: Name is a required field. Give name a value.",
                        "config.yaml:2 number: cannot unmarshal !!int `12` into string."
                                + " Write a text, in quotes if it looks like something else.");
    }

    @Test
    void integersOutsideTheRangeOrWithLeadingZeroAreNoIntegers() {
        ConfigSection section =
                parse("big: 2147483648\nedge: 2147483647\nlow: -2147483648\noctal: 0o17\nzero: 0\nold: 017\n");
        assertThat(section.integer("big")).isEmpty();
        assertThat(section.integer("edge")).hasValue(Integer.MAX_VALUE);
        assertThat(section.integer("low")).hasValue(Integer.MIN_VALUE);
        assertThat(section.integer("octal")).hasValue(15);
        assertThat(section.integer("zero")).hasValue(0);
        assertThat(section.integer("old")).isEmpty();
        assertThat(problems.errors()).hasSize(2);
    }

    @Test
    void deferredProblemsStopOnlyWhereTheyAreAskedTo() {
        for (OnProblem onProblem : OnProblem.values()) {
            Problems collected = new Problems(onProblem);
            ConfigSection section = ConfigDocument.parse("f", "a: [1, 2]\nb: 2".getBytes(UTF_8), collected)
                    .orElseThrow();
            section.deferred("a[1]", "rule cannot work", "Correct it.");
            section.warning("b", "ignored", "");
            assertThat(collected.hasErrors()).isEqualTo(onProblem == OnProblem.REFUSE);
            assertThat(collected.warnings()).hasSize(onProblem == OnProblem.REFUSE ? 1 : 2);
        }
    }
}

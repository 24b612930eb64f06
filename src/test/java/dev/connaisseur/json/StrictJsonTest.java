package dev.connaisseur.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    private static final Limits SMALL = new Limits(1000, 5, 20);

    @Test
    void readsAnObject() {
        assertThat(StrictJson.parseObject("{\"a\":[1,true,null,\"\\ud83d\\ude00\"],\"A\":2}".getBytes(UTF_8)))
                .isEqualTo(Json.createObjectBuilder()
                        .add(
                                "a",
                                Json.createArrayBuilder()
                                        .add(1)
                                        .add(true)
                                        .addNull()
                                        .add("\uD83D\uDE00"))
                        .add("A", 2)
                        .build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"o\":{\"x\":{\"k\":1,\"k\":2}}}",
                "[{\"a\":1,\"a\":1}]",
                "{} {}",
                "{}x",
                "1,2",
                "1],[2",
                "][",
                "],[",
                "1 2",
                "{},",
                "[1e100000]",
                "[1E-999999999999]",
                "{}\u0000",
                "\uFEFF{}",
                "{\"a\":NaN}",
                "[Infinity]",
                "[-Infinity]",
                "[1,]",
                "[01]",
                "['a']",
                "{a:1}",
                "/* c */ {}",
                "[\"\\ud800\"]",
                "[\"\\udc00\"]",
                "[\"\\ud800\\ud800\"]",
                "[\"\\ud83d\uD83D\uDE00\"]",
                "{\"\\ud800\":1}",
                "[\"\\u12\"]",
                "[\"\\uFF1\uFF11\"]",
                "[\"\\x41\"]",
                "[\"a\nb\"]",
                "[\"a\u0000b\"]",
                "[\"a"
            })
    void refuses(String text) {
        assertThatThrownBy(() -> StrictJson.parse(text.getBytes(UTF_8))).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void refusesWhatIsNotUtf8() {
        for (String text : new String[] {
            "[\"\u00e9\"]",
            "[\"\u00c0\u0080\"]",
            "[\"\u00ed\u00a0\u0080\"]",
            "\u00ff\u00fe[]",
            "[\"\u00f4\u0090\u0080\u0080\"]"
        }) {
            assertThatThrownBy(() -> StrictJson.parse(text.getBytes(ISO_8859_1)))
                    .isInstanceOf(MalformedJsonException.class)
                    .hasMessage("the JSON is not valid UTF-8");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "3", "\"a\"", "null", "true"})
    void refusesWhatIsNoObject(String text) {
        assertThatThrownBy(() -> StrictJson.parseObject(text.getBytes(UTF_8)))
                .isInstanceOf(MalformedJsonException.class);
        assertThat(StrictJson.parse(text.getBytes(UTF_8))).isNotNull();
    }

    static Stream<Arguments> limits() {
        return Stream.of(
                Arguments.of("[[[[[]]]]]", "[[[[[[]]]]]]"),
                Arguments.of("[\"" + "a".repeat(20) + "\"]", "[\"" + "a".repeat(21) + "\"]"),
                Arguments.of("{\"" + "a".repeat(20) + "\":1}", "{\"" + "a".repeat(21) + "\":1}"),
                Arguments.of("[" + "9".repeat(400) + "]", "[" + "9".repeat(401) + "]"),
                Arguments.of("[" + " ".repeat(998) + "]", "[" + " ".repeat(999) + "]"));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void staysWithinLimits(String largest, String tooLarge) {
        assertThat(StrictJson.parse(largest.getBytes(UTF_8), SMALL)).isNotNull();
        assertThatThrownBy(() -> StrictJson.parse(tooLarge.getBytes(UTF_8), SMALL))
                .isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void depthOfAHundredThousandCostsNoStack() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        assertThatThrownBy(() -> StrictJson.parse(deep.getBytes(UTF_8)))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessage("the JSON is nested deeper than 100 levels");
        assertThatThrownBy(() -> StrictJson.parse("{\"a\":".repeat(100_000).getBytes(UTF_8)))
                .isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void manyTinyValuesAreRefusedBeforeTheyCostMemory() {
        assertThat(StrictJson.parse(("[" + "{},".repeat(140_000) + "{}]").getBytes(UTF_8)))
                .isNotNull();
        assertThatThrownBy(() -> StrictJson.parse(("[" + "{},".repeat(160_000) + "{}]").getBytes(UTF_8)))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessage("the JSON holds more than 300000 values");
    }

    @Test
    void neverQuotesTheContent() {
        for (String text : Arrays.asList("{\"s3cret\":1,\"s3cret\":2}", "[s3cret]", "[\"s3cret\\q\"]", "s3cret")) {
            assertThatThrownBy(() -> StrictJson.parse(text.getBytes(UTF_8)))
                    .isInstanceOf(MalformedJsonException.class)
                    .hasMessageNotContaining("s3cret")
                    .hasNoCause();
        }
    }
}

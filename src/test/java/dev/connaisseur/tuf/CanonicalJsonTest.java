package dev.connaisseur.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.json.StrictJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CanonicalJsonTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                  | {}
            []                                  | []
            [1, 2 ,3]                           | [1,2,3]
            {"b": 1, "a": [true, null, false]}  | {"a":[true,null,false],"b":1}
            {"a": {"d": 1, "c": 2}}             | {"a":{"c":2,"d":1}}
            {"B": 1, "a": 2, "A": 3, "_": 4}    | {"A":3,"B":1,"_":4,"a":2}
            "\\u0041\\/é"                       | "A/é"
            "a\\"b\\\\c"                        | "a\\"b\\\\c"
            1000000                             | 1000000
            -7                                  | -7
            9223372036854775807                 | 9223372036854775807
            {"": 1}                             | {"":1}
            """)
    void writes(String json, String canonical) {
        assertThat(canonical(json)).isEqualTo(canonical);
    }

    @Test
    void escapesNothingButQuotesAndBackslashes() {
        assertThat(canonical("\"\\n\\t\\u0001\\u2028\\u2029<>&\"")).isEqualTo("\"\n\t\u0001\u2028\u2029<>&\"");
    }

    @Test
    void sortsByUtf8NotByUtf16() {
        // U+FFFF is three bytes that begin with EF, U+10000 four that begin with F0; as char, D800 comes before FFFF.
        assertThat(canonical("{\"\\ud800\\udc00\":1,\"\uffff\":2}")).isEqualTo("{\"\uffff\":2,\"\ud800\udc00\":1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "1.0", "1e3", "{\"a\":[0.1]}", "1E400"})
    void refusesWhatIsNoInteger(String json) {
        assertThatThrownBy(() -> canonical(json))
                .isInstanceOfSatisfying(
                        MetadataException.class,
                        e -> assertThat(e.fault()).isEqualTo(MetadataException.Fault.MALFORMED));
    }

    private static String canonical(String json) {
        return new String(
                CanonicalJson.of(StrictJson.parse(json.getBytes(StandardCharsets.UTF_8))), StandardCharsets.UTF_8);
    }
}

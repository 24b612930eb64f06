package dev.connaisseur.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AlertTemplateTest {
    private static String rendered(String template) {
        return AlertTemplate.parse(template)
                .render(place -> place == Placeholder.PRIORITY ? "4" : "<" + place.word() + ">");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": \"{{ cluster }}\"}           | {\"a\": \"<cluster>\"}",
                "{\"a\": \"{{ namespace}}\"}          | {\"a\": \"<namespace>\"}",
                "{\"a\": \"{{  images  }}\"}          | {\"a\": \"<images>\"}",
                "{\"a\": \"{{ Images }}\"}            | {\"a\": \"<images>\"}",
                "{\"a\": \"{{ request_id }}{{ request_id }}\"} | {\"a\": \"<request_id><request_id>\"}",
                "{\"a\": \"{ priority }\"}            | {\"a\": \"{ priority }\"}",
                "{\"a\": {{ priority }}}              | {\"a\": 4}",
                "{\"a\": {\"b\": \"P{{ priority }}\"}} | {\"a\": {\"b\": \"P4\"}}",
                "{\"\\\"\": \"{{ error }}\"}          | {\"\\\"\": \"<error>\"}",
            })
    void fillsPlaces(String template, String expected) {
        assertThat(rendered(template)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": \"{{cluster}}\"}           | failed to parse template file: line 1",
                "{\"a\": \"{{{ priority }}}\"}      | failed to parse template file: line 1",
                "{\"a\": \"{{{ priority }}\"}       | failed to parse template file: line 1",
                "{\"a\": \"{{ priority }\"}         | failed to parse template file: line 1: {{ has no }}",
                "{\"a\": {{ cluster }}}             | failed to parse template file: line 1: {{ cluster }} must stand inside quotes",
                "{\"a\": \"{{ connaisseur_pods }}\"} | failed to render template for receiver r-0: line 1: no such placeholder",
                "{\"a\": \"{{ }}\"}                 | failed to render template for receiver r-0: line 1: no such placeholder",
            })
    void refusesWhatCannotBeFilled(String template, String cause) {
        assertThatThrownBy(() -> AlertTemplate.parse(template))
                .isInstanceOfSatisfying(
                        BadTemplateException.class,
                        bad -> assertThat(bad.step("r-0")).startsWith(cause));
    }

    @Test
    void aTabIsNoBlank() {
        assertThatThrownBy(() -> AlertTemplate.parse("\n{\"a\": \"{{\tcluster }}\"}"))
                .hasMessage("line 2: write a placeholder as {{ namespace }}");
    }

    /** What strangers write stays a text: no placeholder, no way out of the quotes. */
    @Test
    void valuesAreNeverLookedAtAgain() {
        String hostile = "\"}, {{ cluster }} ${jndi:ldap://x} \\ \r\n <script>alert(\"ISAINJECTION\")</script>";
        String json = AlertTemplate.parse("{\"a\": \"{{ images }}\"}").render(place -> hostile);
        assertThat(dev.connaisseur.json.StrictJson.parseObject(json.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .getString("a"))
                .isEqualTo(hostile);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"`` | true", "` {} ` | true", "{\"a\": 1} | false", "{{ priority }} | false"})
    void anEmptyTemplateSaysNothing(String template, boolean empty) {
        assertThat(AlertTemplate.parse(template).isBlank()).isEqualTo(empty);
    }
}

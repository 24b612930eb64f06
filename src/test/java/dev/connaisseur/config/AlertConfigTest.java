package dev.connaisseur.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertConfigTest {
    private final Problems problems = new Problems(OnProblem.REFUSE);

    private AlertConfig read(String yaml) {
        return AlertConfig.read(
                ConfigDocument.parse("alerts", yaml.getBytes(UTF_8), problems).orElseThrow());
    }

    @Test
    void readsReceivers() {
        AlertConfig alerts = read("""
                clusterIdentifier: example
                admitRequest:
                  receivers:
                  - template: opsgenie
                    receiverUrl: https://api.eu.opsgenie.com/v2/alerts
                    priority: 0
                    customHeaders: ["Authorization: GenieKey <key>"]
                    payloadFields: {tags: [deployed, 1, 2.50, true, null, {a: "0x1F"}]}
                    failIfAlertSendingFails: true
                  - template: slack
                    receiverUrl: https://hooks.slack.com/services/<path>
                rejectRequest: {}
                """);
        assertThat(problems.errors()).isEmpty();
        assertThat(alerts.clusterIdentifier()).isEqualTo("example");
        assertThat(alerts.admit())
                .extracting(
                        AlertConfig.Receiver::name,
                        AlertConfig.Receiver::url,
                        AlertConfig.Receiver::priority,
                        AlertConfig.Receiver::headers,
                        receiver -> receiver.payloadFields().toString(),
                        AlertConfig.Receiver::failIfSendingFails)
                .containsExactly(
                        tuple(
                                "opsgenie-0",
                                "https://api.eu.opsgenie.com/v2/alerts",
                                0,
                                List.of("Authorization: GenieKey <key>"),
                                "{\"tags\":[\"deployed\",1,2.50,true,null,{\"a\":\"0x1F\"}]}",
                                true),
                        tuple("slack-1", "https://hooks.slack.com/services/<path>", 3, List.of(), "{}", false));
        assertThat(alerts.reject()).isEmpty();
        assertThat(alerts.toString()).doesNotContain("GenieKey").doesNotContain("hooks.slack.com");
    }

    /** What stands beside template and URL in an otherwise right receiver, the key that is reported, and the original's words. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "priority: -1                 | priority         | Priority must be 0 or greater",
                "priority: high               | priority         | cannot unmarshal !!str `high` into int",
                "customHeaders: []            | customHeaders    | Headers must contain at least 1 item",
                "'customHeaders: [\"a: b\", c]' | customHeaders[1] | Headers[1] must contain the text ':'",
                "customHeaders: ['']          | customHeaders[0] | Headers[0] is a required field",
                "payloadFields: {}            | payloadFields    | PayloadFields must contain at least 1 item",
                "payloadFields: []            | payloadFields    | cannot unmarshal !!seq into map",
                "failIfAlertSendingFails: 1   | failIfAlertSendingFails | cannot unmarshal !!int `1` into bool",
                "fail_if_alert_sending_fails: true | fail_if_alert_sending_fails | field fail_if_alert_sending_fails not found in type"
            })
    void reportsWhatAReceiverGetsWrong(String line, String key, String what) {
        read("rejectRequest: {receivers: [{template: t, receiverUrl: https://h/p}]}");
        assertThat(problems.errors()).isEmpty();
        read("rejectRequest:\n  receivers:\n  - template: t\n    receiverUrl: https://h/p\n    " + line + "\n");
        assertThat(problems.errors()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("rejectRequest.receivers[0]." + key);
            assertThat(problem.line()).isEqualTo(5);
            assertThat(problem.what()).startsWith(what);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "receiverUrl: https://h/p        | TemplateFile is a required field",
                "template: t                     | URL is a required field",
                "{template: t, receiverUrl: ''}  | URL is a required field",
                "{template: t, receiverUrl: h/p} | URL must be a valid URL",
                "{template: t, receiverUrl: 'https://'} | URL must be a valid URL",
                "{template: t, receiverUrl: 'https:///p'} | URL must be a valid URL",
                "{template: t, receiverUrl: 'https://h/a b'} | URL must be a valid URL",
                "{template: [], receiverUrl: 'https://h'} | cannot unmarshal !!seq into string"
            })
    void reportsWhatAReceiverLacks(String receiver, String what) {
        read("admitRequest:\n  receivers:\n  - " + receiver + "\n");
        assertThat(problems.errors()).extracting(Problem::what).containsExactly(what);
    }

    @Test
    void reportsOldKeys() {
        read("admit_request: {}\nadmitRequest: {templates: []}\n");
        assertThat(problems.errors())
                .extracting(Problem::path)
                .containsExactly("admit_request", "admitRequest.templates");
    }
}

package dev.connaisseur.alert;

import static dev.connaisseur.alert.AlertBench.refusal;
import static dev.connaisseur.alert.AlertBench.tell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.testing.AlertReceiver;
import dev.connaisseur.testing.RawServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Alerts against a real receiver. */
final class AlertsTest {
    private static final String MUST = ", failIfAlertSendingFails: true";

    @TempDir
    private Path root;

    private final AlertReceiver receiver = AlertReceiver.open();
    private AlertBench bench;

    @BeforeEach
    void open() {
        bench = new AlertBench(root);
    }

    @AfterEach
    void close() {
        bench.close();
        receiver.close();
    }

    @Test
    void aReceiverGetsItsTemplateFilled() throws InterruptedException {
        Alerts alerts = bench.template("all", """
                        {"m": "{{ alert_message }}", "p": {{ priority }}, "pod": "{{ connaisseur_pod_id }}", "n": "{{ namespace }}",
                         "c": "{{ cluster }}", "t": "{{ timestamp }}", "u": "{{ timestamp_rfc3339 }}", "r": "{{ request_id }}",
                         "i": "{{ images }}", "w": "{{ result }}", "e": "{{ error }}", "x": [1]}
                        """).read("""
                        clusterIdentifier: c1
                        rejectRequest:
                          receivers:
                          - template: all
                            receiverUrl: %s
                            priority: 0
                            customHeaders: ["Authorization:GenieKey k", "x-a: 1", "X-A: 2", "content-type: application/x"]
                            payloadFields: {x: {b: <2>, a: 1}, y: true}
                            failIfAlertSendingFails: true
                        """.formatted(receiver.url("/hook?a=b")));
        assertThat(bench.problems.errors()).isEmpty();

        assertThat(tell(alerts, refusal("no <signature>"))).isEmpty();

        AlertReceiver.Alert alert = receiver.next();
        assertThat(alert.method() + " " + alert.path()).isEqualTo("POST /hook");
        assertThat(alert.body())
                .isEqualTo("{\"c\":\"c1\",\"e\":\"no \\u003csignature\\u003e\",\"i\":\"reg.io/a:1, reg.io/b:1\","
                        + "\"m\":\"CONNAISSEUR rejected a request: no \\u003csignature\\u003e\",\"n\":\"shop\",\"p\":0,"
                        + "\"pod\":\"pod-0\",\"r\":\"uid-1\",\"t\":\"2026-01-31 13:45:01.1234 +0000 UTC\","
                        + "\"u\":\"2026-01-31T13:45:01.123400Z\",\"w\":\"error\",\"x\":{\"a\":1,\"b\":\"\\u003c2\\u003e\"},"
                        + "\"y\":true}");
        assertThat(alert.headers())
                .containsEntry("Authorization", "GenieKey k")
                .containsEntry("X-A", "2")
                .containsEntry("Content-Type", "application/x");
        assertThat(bench.counted("all-0", "sent")).isEqualTo(1);
    }

    @Test
    void secretsStandInFilesOfTheirOwn() throws InterruptedException {
        Alerts alerts = bench.secret("chat", "path", "s3cr3t\n")
                .secret("chat", "key", "k3y")
                .oneReceiver(
                        "small",
                        receiver.url("/hook/${secret:chat/path}"),
                        ", customHeaders: ['Authorization: GenieKey ${secret:chat/key}']" + MUST);
        assertThat(tell(alerts, refusal("x"))).isEmpty();
        AlertReceiver.Alert alert = receiver.next();
        assertThat(alert.path()).isEqualTo("/hook/s3cr3t");
        assertThat(alert.headers()).containsEntry("Authorization", "GenieKey k3y");

        bench.oneReceiver("small", receiver.url("/${secret:chat/other}"), ", customHeaders: ['A: ${secret:../x/y}']");
        assertThat(bench.problems.errors())
                .extracting(Problem::path, Problem::what)
                .containsExactlyInAnyOrder(
                        tuple("rejectRequest.receivers[0].receiverUrl", "a secret that it refers to cannot be read"),
                        tuple(
                                "rejectRequest.receivers[0].customHeaders[0]",
                                "a secret that it refers to cannot be read"));
    }

    /** What a receiver does, and what the one is told who must not admit without it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/status/204 | ",
                "/status/500 | failed to send notification for receiver small-0: it answered with status 500",
                "/status/404 | failed to send notification for receiver small-0: it answered with status 404",
                "/redirect   | failed to send notification for receiver small-0: it answered with status 307; redirects are not followed",
            })
    void onlySuccessIsSuccess(String path, String cause) throws InterruptedException {
        Optional<String> failure = tell(bench.oneReceiver("small", receiver.url(path), MUST), refusal("x"));
        assertThat(failure)
                .isEqualTo(Optional.ofNullable(cause)
                        .map(c -> "failed sending a notification for receiver small-0 with FailOnError set: " + c));
        assertThat(receiver.next().path()).isEqualTo(path);
        assertThat(receiver.rest()).as("nobody was sent on").isEmpty();
        assertThat(bench.counted("small-0", cause == null ? "sent" : "failed")).isEqualTo(1);

        Alerts lenient = bench.oneReceiver("small", receiver.url(path), "");
        assertThat(tell(lenient, refusal("x"))).isEmpty();
        assertThat(receiver.next().path()).isEqualTo(path);
    }

    @Test
    void whoDoesNotAnswerIsWaitedForUntilTheDeadlineOnly() throws InterruptedException {
        Alerts must = bench.oneReceiver("small", receiver.url("/held"), MUST);
        assertThat(must.waits(AlertEvent.Category.REJECT)).isTrue();
        assertThat(must.waits(AlertEvent.Category.ADMIT)).isFalse();
        assertThat(must.tell(refusal("x"), Deadline.after(Duration.ofMillis(300))))
                .contains("timeout during handling of receiver 1/1 of reject alerts");
        // Who need not be told costs nothing, whatever it does.
        Alerts may = bench.oneReceiver("small", receiver.url("/held"), "");
        assertThat(may.waits(AlertEvent.Category.REJECT)).isFalse();
        assertThat(may.tell(refusal("x"), Deadline.after(Duration.ZERO))).isEmpty();
    }

    @Test
    void aReceiverThatDoesNotKeepUpLosesTheNewest() throws InterruptedException {
        Alerts slow = bench.oneReceiver("small", receiver.url("/held"), "");
        List<Optional<String>> told = new ArrayList<>();
        for (int i = 0; i < AlertSender.ON_THE_WAY + 50; i++) {
            told.add(tell(slow, refusal("x")));
        }
        assertThat(told).allMatch(Optional::isEmpty);
        assertThat(bench.counted("small-0", "dropped")).isEqualTo(50);
        Alerts must = bench.oneReceiver("small", receiver.url("/held"), MUST);
        assertThat(tell(must, refusal("x")).orElseThrow()).endsWith("too many alerts are on their way to it");
    }

    @Test
    void aBrokenConnectionIsAFailure() throws Exception {
        try (RawServer rude = RawServer.open((socket, out) -> RawServer.reset(socket))) {
            Alerts alerts = bench.oneReceiver("small", "http://" + rude.host() + "/", MUST);
            assertThat(tell(alerts, refusal("x")).orElseThrow())
                    .endsWith("failed to send notification for receiver small-0: unreachable");
        }
    }

    /** All are told at once, each with its own priority; the one that fails is named. */
    @Test
    void eachReceiverIsToldOnce() throws InterruptedException {
        bench.template("prio", "{\"prio\": \"{{ priority }}\"}");
        Alerts alerts = bench.read("""
                rejectRequest:
                  receivers:
                  - {template: prio, receiverUrl: '%1$s', priority: 69}
                  - {template: prio, receiverUrl: '%1$s', priority: 1337, failIfAlertSendingFails: true}
                  - {template: small, receiverUrl: '%2$s', failIfAlertSendingFails: true}
                """.formatted(receiver.url("/a"), receiver.url("/status/500")));
        assertThat(tell(alerts, refusal("x")).orElseThrow())
                .startsWith("failed sending a notification for receiver small-2 with FailOnError set: ");
        assertThat(List.of(
                        receiver.next().body(),
                        receiver.next().body(),
                        receiver.next().body()))
                .containsExactlyInAnyOrder(
                        "{\"prio\":\"69\"}",
                        "{\"prio\":\"1337\"}",
                        "{\"cluster\":\"not specified\",\"message\":\"CONNAISSEUR rejected a request: x\"}");
        assertThat(receiver.rest()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "missing       | `https://h/p`           | template    | failed to transform template for receiver missing-0: unable to get template file: missing.json",
                "../secrets/a  | `https://h/p`           | template    | failed to transform template for receiver ../secrets/a-0: unable to get template file",
                "bad           | `https://h/p`           | template    | failed to transform template for receiver bad-0: failed to render template for receiver bad-0: line 1",
                "broken        | `https://h/p`           | template    | failed to unmarshal rendered template for receiver broken-0: ",
                "small         | `http://other.example/` | receiverUrl | alerts are not sent by plain http",
                "small         | `https://u:p@h/`        | receiverUrl | URL must be a valid URL",
                "small         | `ftp://h/p`             | receiverUrl | URL must be a valid URL",
                "small         | `https://h/%zz`         | receiverUrl | URL must be a valid URL",
            })
    void whatCannotBeSentIsRefusedAtStart(String template, String url, String key, String what)
            throws InterruptedException {
        bench.template("bad", "{\"a\": \"{{ nothing }}\"}").template("broken", "{\"a\": ");
        bench.oneReceiver("small", "https://h/p", "");
        assertThat(bench.problems.errors()).isEmpty();
        bench.oneReceiver(template, url, "");
        assertThat(bench.problems.errors()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("rejectRequest.receivers[0]." + key);
            assertThat(problem.what()).startsWith(what);
        });

        // Started in spite of it, it fails whenever it is used.
        try (AlertBench lenient = new AlertBench(root, OnProblem.DENY_RULE)) {
            Alerts alerts = lenient.oneReceiver(template, url, MUST);
            assertThat(lenient.problems.errors()).isEmpty();
            assertThat(tell(alerts, refusal("x")).orElseThrow()).endsWith("its configuration is unusable");
        }
    }

    @Test
    void anEmptyTemplateTellsNobodyAndIsNoFailure() throws InterruptedException {
        bench.template("empty", " {} ");
        Alerts alerts = bench.oneReceiver("empty", receiver.url("/x"), ", payloadFields: {a: 1}" + MUST);
        assertThat(bench.problems.warnings())
                .extracting(Problem::what)
                .contains("the template is empty, nothing is sent");
        assertThat(tell(alerts, refusal("x"))).isEmpty();
        assertThat(receiver.rest()).isEmpty();
        assertThat(bench.counted("empty-0", "empty")).isEqualTo(1);
    }
}

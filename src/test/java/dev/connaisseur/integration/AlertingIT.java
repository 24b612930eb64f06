package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.json.StrictJson;
import dev.connaisseur.testing.AcceptanceTable;
import dev.connaisseur.testing.AcceptanceTable.Row;
import dev.connaisseur.testing.AcceptanceTwins;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.AlertReceiver;
import dev.connaisseur.testing.AlertReceiver.Alert;
import dev.connaisseur.testing.ServerProcess;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shipped server with the shipped templates, as an alerting installation configures them. */
@Timeout(900)
class AlertingIT {
    private static final Path TEMPLATES = Path.of("helm/alert_payload_templates");

    @TempDir
    private Path directory;

    @Test
    void eachReceiverHearsOnceOfEachRequestThatConcernsIt() throws Exception {
        List<Row> cases = AcceptanceTable.rowsOf(AlertingIT.class, "eachReceiverHearsOnceOfEachRequestThatConcernsIt")
                .toList();
        try (AcceptanceTwins twins = new AcceptanceTwins();
                AlertReceiver receiver = AlertReceiver.open();
                ServerProcess server = ServerTrial.start(
                                directory,
                                twins.configuration(),
                                "CONNAISSEUR_ALERTS_DIR",
                                alerts(receiver).toString())
                        .awaitReady(ServerTrial.START)) {
            String signed = twins.twin("alerting", cases.get(0).containers().getFirst());
            assertThat(AdmissionAnswer.of(server.review(ServerTrial.pod("one", signed)))
                            .allowed())
                    .isTrue();
            List<Alert> alerts = new ArrayList<>(List.of(receiver.next(), receiver.next()));
            assertThat(alerts).extracting(Alert::path).containsExactlyInAnyOrder("/opsgenie", "/slack");
            JsonObject opsgenie = json(alerts, "/opsgenie");
            assertThat(opsgenie.getString("message")).startsWith("CONNAISSEUR success in namespace ");
            assertThat(opsgenie.getString("priority")).isEqualTo("P4");
            assertThat(opsgenie.getJsonArray("tags").toString()).isEqualTo("[\"image_deployed\"]");
            assertThat(opsgenie.getJsonObject("details").getString("cluster")).isEqualTo("integration-test-cluster");
            assertThat(opsgenie.getString("description")).contains(signed);
            assertThat(opsgenie.keySet()).isEqualTo(shipped("opsgenie").keySet());
            assertThat(opsgenie.getJsonObject("details").keySet())
                    .isEqualTo(shipped("opsgenie").getJsonObject("details").keySet());
            assertThat(sent(alerts, "/opsgenie").headers())
                    .containsEntry("Content-Type", "application/json")
                    .containsEntry("Authorization", "GenieKey <Your-Genie-Key>");
            JsonObject slack = json(alerts, "/slack");
            assertThat(slack.keySet()).isEqualTo(shipped("slack").keySet());
            assertThat(slack.getJsonArray("blocks").getJsonObject(1).keySet())
                    .isEqualTo(shipped("slack")
                            .getJsonArray("blocks")
                            .getJsonObject(1)
                            .keySet());

            AdmissionAnswer refused = AdmissionAnswer.of(server.review(ServerTrial.pod(
                    "two", twins.twin("alerting", cases.get(1).containers().getFirst()))));
            assertThat(refused.allowed()).isFalse();
            assertThat(refused.message()).startsWith(cases.get(1).expected());
            List<Alert> rejected = List.of(receiver.next(), receiver.next());
            assertThat(rejected).extracting(Alert::path).containsExactlyInAnyOrder("/keybase", "/slack");
            assertThat(json(rejected, "/keybase").getString("msg"))
                    .startsWith(
                            "CONNAISSEUR rejected a request: " + cases.get(1).expected());
            assertThat(json(rejected, "/keybase").keySet())
                    .isEqualTo(shipped("keybase").keySet());
            assertThat(receiver.rest()).isEmpty();
            alerts.addAll(rejected);
            assertThat(counts(alerts)).isEqualTo(cases.get(2).expected());
            assertThat(server.console()).doesNotContain("Your-Genie-Key");

            assertThat(server.get("/metrics").body())
                    .contains(
                            "connaisseur_alerts_total{category=\"admit\",receiver=\"opsgenie-0\",result=\"sent\"} 1.0")
                    .contains("connaisseur_requests_total 2.0")
                    .contains("connaisseur_outgoing_requests_total{outcome=\"2xx\",purpose=\"configured\"}")
                    .contains("connaisseur_expiry_timestamp_seconds{kind=\"certificate\",name=\"serving\"} ")
                    .contains("jvm_memory_used_bytes{area=\"heap\"} ");
        }
    }

    /** What the receiver of the published cases answers when it is asked in the end. */
    private static String counts(List<Alert> alerts) {
        return Stream.of("slack", "opsgenie", "keybase")
                .map(receiver -> "\"successful_requests_to_%s_endpoint\":%d"
                        .formatted(
                                receiver,
                                alerts.stream()
                                        .filter(alert -> alert.path().equals("/" + receiver))
                                        .count()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static JsonObject shipped(String template) throws IOException {
        return StrictJson.parseObject(Files.readAllBytes(TEMPLATES.resolve(template + ".json")));
    }

    private Path alerts(AlertReceiver receiver) throws IOException {
        Path alerts = Files.createDirectories(directory.resolve("alerts"));
        Path templates = Files.createDirectories(alerts.resolve("templates"));
        try (Stream<Path> shipped = Files.list(TEMPLATES)) {
            for (Path template : shipped.toList()) {
                Files.copy(template, templates.resolve(template.getFileName()));
            }
        }
        Files.writeString(alerts.resolve("config.yaml"), """
                clusterIdentifier: integration-test-cluster
                admitRequest:
                  receivers:
                  - template: opsgenie
                    receiverUrl: %1$s/opsgenie
                    priority: 4
                    customHeaders: ["Authorization: GenieKey <Your-Genie-Key>"]
                    payloadFields:
                      responders: [{username: someone, type: user}]
                      visibleTo: [{username: someone, type: user}]
                      tags: [image_deployed]
                    failIfAlertSendingFails: true
                  - {template: slack, receiverUrl: "%1$s/slack", priority: 3, failIfAlertSendingFails: false}
                rejectRequest:
                  receivers:
                  - {template: keybase, receiverUrl: "%1$s/keybase", failIfAlertSendingFails: true}
                  - {template: slack, receiverUrl: "%1$s/slack", failIfAlertSendingFails: false}
                """.formatted(receiver.url("")));
        return alerts;
    }

    private static Alert sent(List<Alert> alerts, String path) {
        return alerts.stream().filter(a -> a.path().equals(path)).findFirst().orElseThrow();
    }

    private static JsonObject json(List<Alert> alerts, String path) {
        return StrictJson.parseObject(sent(alerts, path).body().getBytes(StandardCharsets.UTF_8));
    }
}

package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.json.StrictJson;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.AlertReceiver;
import dev.connaisseur.testing.AlertReceiver.Alert;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shipped server with the shipped templates, as an alerting installation configures them. */
@Timeout(900)
class AlertingIT {
    @TempDir
    private Path directory;

    @Test
    void eachReceiverHearsOnceOfEachRequestThatConcernsIt() throws Exception {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open();
                AlertReceiver receiver = AlertReceiver.open()) {
            CosignSigner signer = CosignSigner.create();
            signer.sign(registry, "app", TestImage.push(registry, "app", "signed", "signed content"));
            TestImage.push(registry, "app", "unsigned", "unsigned content");
            Path alerts = alerts(receiver);
            try (ServerProcess server = ServerTrial.start(
                            directory,
                            ServerTrial.cosignRules(registry, signer),
                            "CONNAISSEUR_ALERTS_DIR",
                            alerts.toString())
                    .awaitReady(ServerTrial.START)) {
                assertThat(AdmissionAnswer.of(server.review(ServerTrial.pod("one", registry.host() + "/app:signed")))
                                .allowed())
                        .isTrue();
                List<Alert> admitted = List.of(receiver.next(), receiver.next());
                assertThat(admitted).extracting(Alert::path).containsExactlyInAnyOrder("/opsgenie", "/slack");
                JsonObject opsgenie = json(admitted, "/opsgenie");
                assertThat(opsgenie.getString("message")).startsWith("CONNAISSEUR success in namespace ");
                assertThat(opsgenie.getString("priority")).isEqualTo("P4");
                assertThat(opsgenie.getJsonArray("tags").toString()).isEqualTo("[\"image_deployed\"]");
                assertThat(opsgenie.getJsonObject("details").getString("cluster"))
                        .isEqualTo("integration-test-cluster");
                assertThat(opsgenie.getString("description")).contains(registry.host() + "/app:signed");

                AdmissionAnswer refused =
                        AdmissionAnswer.of(server.review(ServerTrial.pod("two", registry.host() + "/app:unsigned")));
                assertThat(refused.allowed()).isFalse();
                assertThat(refused.message()).startsWith("error during cosign validation");
                List<Alert> rejected = List.of(receiver.next(), receiver.next());
                assertThat(rejected).extracting(Alert::path).containsExactlyInAnyOrder("/keybase", "/slack");
                assertThat(json(rejected, "/keybase").getString("msg"))
                        .startsWith("CONNAISSEUR rejected a request: error during cosign validation");
                assertThat(receiver.rest()).isEmpty();
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
    }

    private Path alerts(AlertReceiver receiver) throws IOException {
        Path alerts = Files.createDirectories(directory.resolve("alerts"));
        Path templates = Files.createDirectories(alerts.resolve("templates"));
        try (Stream<Path> shipped = Files.list(Path.of("helm/alert_payload_templates"))) {
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

    private static JsonObject json(List<Alert> alerts, String path) {
        Alert alert =
                alerts.stream().filter(a -> a.path().equals(path)).findFirst().orElseThrow();
        return StrictJson.parseObject(alert.body().getBytes(StandardCharsets.UTF_8));
    }
}

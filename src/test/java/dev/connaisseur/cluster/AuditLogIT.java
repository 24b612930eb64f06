package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the API server writes into its own audit log about our decisions. */
@Timeout(900)
@ExtendWith(ArmedCluster.Parameter.class)
class AuditLogIT {
    private static final String NAMESPACE = "audited";

    @Test
    void holdsWhatWeDecidedAndWhy(ArmedCluster cluster) {
        Kubectl kubectl = cluster.kubectl();
        cluster.namespace(NAMESPACE);
        kubectl.run("-n", NAMESPACE, "run", "good", "--image=" + cluster.signed())
                .done();
        String denial = kubectl.run("-n", NAMESPACE, "run", "bad", "--image=" + cluster.unsigned())
                .refused();

        Map<String, String> admitted = annotations(cluster, "good");
        assertThat(admitted)
                .containsEntry("decision", "allowed")
                .containsEntry("mode", "enforce")
                .containsEntry("rule", cluster.registry().host() + "/*:*")
                .containsEntry("validator", "cosign")
                .containsEntry("signers", "key")
                .containsEntry("digest", cluster.digest())
                .containsKeys("id", "policy")
                .doesNotContainKey("reason");
        Map<String, String> denied = annotations(cluster, "bad");
        assertThat(denied)
                .containsEntry("decision", "denied")
                .containsEntry("reason", "NO_SIGNATURE")
                .containsEntry("policy", admitted.get("policy"))
                .doesNotContainKeys("signers", "digest");
        assertThat(denial).as("the id on the screen is the one in the log").contains("(id " + denied.get("id") + ")");
    }

    /** Our annotations of the pod's creation, without the webhook's name before each. */
    private static Map<String, String> annotations(ArmedCluster cluster, String pod) {
        Map<String, String> ours = new TreeMap<>();
        // The API server answers first, and then writes.
        Until.within(Until.AMPLE, "it is written", () -> !events(cluster, pod).isEmpty());
        List<JsonObject> events = events(cluster, pod);
        assertThat(events).hasSize(1);
        events.getFirst().getJsonObject("annotations").forEach((key, value) -> {
            if (key.startsWith(ArmedCluster.WEBHOOK + "/")) {
                ours.put(
                        key.substring(ArmedCluster.WEBHOOK.length() + 1),
                        events.getFirst().getJsonObject("annotations").getString(key));
            }
        });
        return ours;
    }

    /** Whole lines only: the last one may be being written. */
    private static List<JsonObject> events(ArmedCluster cluster, String pod) {
        try {
            String log = Files.readString(cluster.plane().audit());
            return log.substring(0, log.lastIndexOf('\n') + 1)
                    .lines()
                    .map(AuditLogIT::event)
                    .filter(event -> concerns(event, pod))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean concerns(JsonObject event, String pod) {
        JsonObject object = event.getJsonObject("objectRef");
        return object != null
                && object.getString("resource", "").equals("pods")
                && object.getString("namespace", "").equals(NAMESPACE)
                && event.getString("requestURI").startsWith("/api/v1/namespaces/" + NAMESPACE + "/pods")
                && object.getString("name", "").equals(pod)
                && event.getString("verb").equals("create");
    }

    private static JsonObject event(String line) {
        try (var reader = Json.createReader(new StringReader(line))) {
            return reader.readObject();
        }
    }
}

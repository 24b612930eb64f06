package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The annotations of the look-ups act on the path of a request. */
@Timeout(900)
class FaultToleranceIT {
    private static EmbeddedRegistry registry;
    private static ServerProcess server;

    @BeforeAll
    static void start(@TempDir Path directory) {
        registry = EmbeddedRegistry.open();
        CosignSigner signer = CosignSigner.create();
        signer.sign(registry, "app", TestImage.push(registry, "app", "v1", "content"));
        server = ServerTrial.start(directory, ServerTrial.cosignRules(registry, signer))
                .awaitReady(ServerTrial.START);
    }

    @AfterAll
    static void stop() {
        server.close();
        registry.close();
    }

    @AfterEach
    void calm() {
        registry.clearFaults();
        registry.clearLog();
    }

    @Test
    void aPassingTroubleIsRetriedUntilTheImageIsAdmitted() {
        registry.onManifest("app", "v1", Fault.statuses(503, 503, 200));
        AdmissionAnswer answer = AdmissionAnswer.of(server.review(ServerTrial.pod("passing", image())));
        assertThat(answer.allowed()).as(answer.message()).isTrue();
        assertThat(registry.log().stream().filter(access -> access.path().endsWith("/manifests/v1")))
                .hasSize(3);
    }

    @Test
    void aBlackHoleIsDeniedInsideTheDeadline() {
        registry.onManifest("app", "v1", Fault.stallBeforeHeaders());
        long begun = System.nanoTime();
        AdmissionAnswer answer = AdmissionAnswer.of(server.send(HttpRequest.newBuilder(server.uri("/mutate?timeout=4s"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(ServerTrial.pod("black-hole", image())))));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
        assertThat(answer.allowed()).isFalse();
        assertThat(answer.message()).contains("Could not decide");
        assertThat(ServerTrial.reasons(server, "black-hole")).containsExactly("TIMED_OUT");
    }

    private static String image() {
        return registry.host() + "/app:v1";
    }
}

package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From start to end of the shipped server. */
@Timeout(900)
class ServerLifeIT {
    @TempDir
    Path directory;

    @Test
    void answersWhatIsOpenAtSigtermAndEndsWithZero() throws Exception {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open()) {
            CosignSigner signer = CosignSigner.create();
            signer.sign(registry, "app", TestImage.push(registry, "app", "v1", "content"));
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch seen = new CountDownLatch(1);
            registry.onManifest("app", "v1", (exchange, usual, end) -> {
                asked.countDown();
                await(seen);
                usual.send(exchange);
            });
            String rules = ServerTrial.cosignRules(registry, signer);
            try (ServerProcess server = ServerTrial.start(directory, rules, "CONNAISSEUR_SHUTDOWN_DELAY", "2s")
                    .awaitReady(ServerTrial.START)) {
                CompletableFuture<HttpResponse<String>> open = CompletableFuture.supplyAsync(
                        () -> server.review(ServerTrial.pod("open", registry.host() + "/app:v1")));
                assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

                server.terminate();
                awaitStatus(server, "/ready", 503);
                assertThat(server.status("/health/ready")).isEqualTo(503);
                assertThat(server.status("/health/live"))
                        .as("alive until the end")
                        .isEqualTo(200);
                HttpResponse<String> late = server.review(ServerTrial.pod("late", "registry.k8s.io/pause:1"));
                assertThat(AdmissionAnswer.of(late).allowed())
                        .as("served while it stops")
                        .isTrue();
                assertThat(late.headers().firstValue("Connection").orElse(""))
                        .as("the last one on its connection")
                        .isEqualToIgnoringCase("close");
                assertThat(open).as("the slow request").isNotDone();
                seen.countDown();

                assertThat(AdmissionAnswer.of(open.get(30, TimeUnit.SECONDS)).allowed())
                        .isTrue();
                assertThat(server.awaitExit(Duration.ofSeconds(60))).isZero();
                assertThat(ServerTrial.lines(server, "msg", "stopped: every request was answered"))
                        .hasSize(1);
            }
        }
    }

    /** What a killed server left behind does not keep the next one in the same directory from getting ready. */
    @Test
    void aKilledServerStartsAgain() {
        // Closing ends it by SIGKILL.
        ServerTrial.start(directory, ServerTrial.STATIC_RULES)
                .awaitReady(ServerTrial.START)
                .close();
        try (ServerProcess second =
                ServerTrial.start(directory, ServerTrial.STATIC_RULES).awaitReady(ServerTrial.START)) {
            assertThat(AdmissionAnswer.of(second.review(ServerTrial.pod("again", "registry.k8s.io/pause:1")))
                            .allowed())
                    .isTrue();
        }
    }

    /** The launcher takes the JDK that the build chose; every line on the console is JSON, the server's own ones too. */
    @Test
    void runsOnTheBuildsJdkAndWritesJsonOnly() {
        try (ServerProcess server =
                ServerTrial.start(directory, ServerTrial.STATIC_RULES).awaitReady(ServerTrial.START)) {
            assertThat(server.console()).containsPattern("version (2[1-9]|[3-9][0-9])\\.");
            assertThat(ServerTrial.lines(server)).hasSizeGreaterThan(3);
            assertThat(ServerTrial.lines(server, "logger", "dev.connaisseur"))
                    .allSatisfy(line -> assertThat(line).containsKeys("level", "msg", "time"));
        }
    }

    /** Less than the server waits for a registry's headers. */
    private static void await(CountDownLatch seen) {
        try {
            seen.await(7, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitStatus(ServerProcess server, String path, int status) throws InterruptedException {
        for (int i = 0; i < 500 && server.status(path) != status; i++) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(server.status(path)).isEqualTo(status);
    }
}

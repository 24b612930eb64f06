package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.AnyCertificate;
import dev.connaisseur.testing.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever connects once the server has said that it is ready meets the certificate from the certificates' directory. What says so
 * may still be a connection that was opened a moment before, under the server's passing certificate.
 */
class ServingCertificateIT {
    private static final Duration START = Duration.ofMinutes(5);
    private static final int CONNECTIONS = 20;
    private static final int CROWD = 6;

    @TempDir
    private Path directory;

    /** What one request saw, whatever certificate it met. */
    private record Seen(int status, Certificate certificate) {}

    @Test
    void theExpectedCertificateIsServedBeforeReady() throws Exception {
        String configuration = Path.of("src/test/resources/integration/config")
                .toAbsolutePath()
                .toString();
        try (ServerProcess server = ServerProcess.start(directory, Map.of("CONNAISSEUR_CONFIG_DIR", configuration))) {
            Certificate expected = certificate(directory.resolve("certs/tls.crt"));
            askUntilReady(server);

            List<Seen> afterwards = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                ask(server).ifPresent(afterwards::add);
            }
            assertThat(afterwards).as(server.console()).hasSize(CONNECTIONS).containsOnly(new Seen(200, expected));
        }
    }

    /** Who connects while the key store is read again may bring the old certificate back into the server; it does not stay. */
    @Test
    void aCrowdAtTheDoorDoesNotKeepTheOldCertificate() throws Exception {
        String configuration = Path.of("src/test/resources/integration/config")
                .toAbsolutePath()
                .toString();
        try (ServerProcess server = ServerProcess.start(directory, Map.of("CONNAISSEUR_CONFIG_DIR", configuration));
                ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicBoolean over = new AtomicBoolean();
            for (int i = 0; i < CROWD; i++) {
                Future<?> unused = crowd.submit(() -> {
                    while (!over.get()) {
                        ask(server);
                    }
                    return null;
                });
            }
            try {
                server.awaitReady(START);
            } finally {
                over.set(true);
            }
            Certificate expected = certificate(directory.resolve("certs/tls.crt"));
            int right = 0;
            long end = System.nanoTime() + START.toNanos();
            while (right < CONNECTIONS && System.nanoTime() < end) {
                right = ask(server).equals(Optional.of(new Seen(200, expected))) ? right + 1 : 0;
            }
            assertThat(right).as(server.console()).isEqualTo(CONNECTIONS);
        }
    }

    /** Returns at the first answer that says "ready", or fails when none came in time. */
    private static void askUntilReady(ServerProcess server) throws Exception {
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end) {
            if (ask(server).filter(answer -> answer.status() == 200).isPresent()) {
                return;
            }
            Thread.sleep(20);
        }
        throw new AssertionError("not ready within " + START + ": " + server.console());
    }

    /** A client of its own each time: a connection that stands keeps the certificate it began with. */
    private static Optional<Seen> ask(ServerProcess server) throws InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(AnyCertificate.taken()).build()) {
            HttpResponse<Void> answer = client.send(
                    HttpRequest.newBuilder(server.uri("/health/ready"))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    BodyHandlers.discarding());
            return Optional.of(new Seen(
                    answer.statusCode(), answer.sslSession().orElseThrow().getPeerCertificates()[0]));
        } catch (IOException notListeningYet) {
            return Optional.empty();
        }
    }

    private static Certificate certificate(Path pem) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(pem)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}

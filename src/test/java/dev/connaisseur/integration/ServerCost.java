package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.Caller;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.KnownImage;
import dev.connaisseur.testing.Sample;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What one server spends on admissions, over HTTPS and eight connections: a program for the page about sizing, no test of any suite.
 *
 * <p>{@code ./mvnw verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=ServerCost}
 */
class ServerCost {
    private static final int CONNECTIONS = 8;
    private static final int ROUNDS = 4;

    @Test
    void measure(@TempDir Path directory) throws Exception {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open()) {
            CosignSigner signer = CosignSigner.create();
            try (ServerProcess server = ServerTrial.start(
                            directory,
                            ServerTrial.cosignRules(registry, signer),
                            "LOG_LEVEL",
                            "error",
                            "CACHE_EXPIRY_SECONDS",
                            "3600")
                    .awaitReady(ServerTrial.START)) {
                System.out.println("ready: " + server.cpu().toMillis() + " ms CPU, " + mebibytes(server));
                KnownImage allowed = new KnownImage("registry.k8s.io/pause:3.9", Optional.empty());
                KnownImage known = signed(registry, signer, "known");
                for (int round = 0; round < ROUNDS; round++) {
                    String below = "round-" + round + "/";
                    List<KnownImage> fresh = IntStream.range(0, 500)
                            .mapToObj(i -> signed(registry, signer, below + i))
                            .toList();
                    ask(server, "static", 4000, i -> allowed);
                    ask(server, "remembered", 4000, i -> known);
                    ask(server, "verified", fresh.size(), fresh::get);
                }
            }
        }
    }

    private static KnownImage signed(EmbeddedRegistry registry, CosignSigner signer, String repository) {
        var digest = TestImage.push(registry, repository, "v1", repository);
        signer.sign(registry, repository, digest);
        return new KnownImage(registry.host() + "/" + repository + ":v1", Optional.of(digest));
    }

    private static void ask(ServerProcess server, String what, int count, IntFunction<KnownImage> images)
            throws Exception {
        Duration cpu = server.cpu();
        long begun = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            List<Future<Integer>> connections = IntStream.range(0, CONNECTIONS)
                    .mapToObj(first -> threads.submit(() -> {
                        int admitted = 0;
                        try (Caller caller = Caller.of(server.port(), server.trust())) {
                            for (int i = first; i < count; i += CONNECTIONS) {
                                Sample sample = caller.ask(images.apply(i));
                                admitted += sample.admitted() ? 1 : 0;
                            }
                        }
                        return admitted;
                    }))
                    .toList();
            int admitted = 0;
            for (Future<Integer> connection : connections) {
                admitted += connection.get();
            }
            assertThat(admitted).as(what).isEqualTo(count);
        }
        double spent = server.cpu().minus(cpu).toNanos() / 1e6 / count;
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "%-10s %5d admissions: %.2f ms CPU each, %.0f a second, %s%n",
                what, count, spent, count / seconds, mebibytes(server));
    }

    private static String mebibytes(ServerProcess server) {
        return (server.resident() >> 20) + " MiB resident";
    }
}

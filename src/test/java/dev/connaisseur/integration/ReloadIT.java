package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.MountedVolume;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestAuthority;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Mounted files change under load; no request notices but by the verdict that it should get. */
@Timeout(900)
class ReloadIT {
    private static final int SWAPS = 100;
    private static final String IMAGE = "registry.example/app:v1";

    @TempDir
    private Path directory;

    private final TestAuthority authority = TestAuthority.create("reload");
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answers = new AtomicInteger();

    private static String rules(String validator) {
        return """
                validators:
                - {name: allow, type: static, approve: true}
                - {name: deny, type: static, approve: false}
                policy:
                - {pattern: "*:*", validator: deny}
                - {pattern: "registry.example/*:*", validator: %s}
                """.formatted(validator);
    }

    /** What no configuration may look like, each wrong in its own way. */
    private static final List<String> INVALID = List.of(
            "",
            rules("allow").substring(0, 60),
            rules("allow") + "unknown: key\n",
            rules("missing"),
            rules("allow").replace("type: static", "type: [static"),
            rules("allow").replace("policy:", "policy: []\nrest:"));

    private record Policy(String fingerprint, boolean allows) {}

    private record Answer(String fingerprint, boolean allowed) {}

    @Test
    void aHundredConfigurationsUnderLoad() throws Exception {
        MountedVolume config = MountedVolume.of(directory.resolve("config"), Map.of("config.yaml", rules("allow")));
        try (ServerProcess server =
                start(Map.of("CONNAISSEUR_CONFIG_DIR", config.path().toString()))) {
            Policy allowing = new Policy(answer(server).fingerprint(), true);
            config.swap(Map.of("config.yaml", rules("deny")));
            awaitReloads(server, 1, 0);
            Policy denying = new Policy(answer(server).fingerprint(), false);
            assertThat(denying.fingerprint()).isNotEqualTo(allowing.fingerprint());
            Map<String, Policy> policies = Map.of(allowing.fingerprint(), allowing, denying.fingerprint(), denying);
            AtomicReference<String> acknowledged = new AtomicReference<>(denying.fingerprint());
            List<Thread> load = load(2, () -> {
                String before = acknowledged.get();
                Answer answer = answer(server);
                String after = acknowledged.get();
                Policy policy = policies.get(answer.fingerprint());
                if (policy == null || policy.allows() != answer.allowed()) {
                    failures.add(answer + " is judged by nobody");
                }
                if (Objects.equals(before, after)
                        && !"".equals(before)
                        && !answer.fingerprint().equals(before)) {
                    failures.add(answer + " after " + before + " was acknowledged");
                }
            });
            Policy now = denying;
            for (int i = 0; i < SWAPS / 2; i++) {
                config.swap(Map.of("config.yaml", INVALID.get(i % INVALID.size())));
                awaitReloads(server, i + 1, i + 1);
                assertThat(answer(server).fingerprint()).as("the old one stays").isEqualTo(now.fingerprint());
                if (i == 0) {
                    assertThat(server.get("/health/ready").body()).contains("changed files cannot be used");
                    assertThat(server.status("/health/ready")).isEqualTo(200);
                }
                acknowledged.set("");
                now = now.equals(allowing) ? denying : allowing;
                config.swap(Map.of("config.yaml", rules(now.allows() ? "allow" : "deny")));
                awaitReloads(server, i + 2, i + 1);
                acknowledged.set(now.fingerprint());
            }
            end(load);
            assertThat(failures).isEmpty();
            assertThat(answers.get()).isGreaterThan(SWAPS);
            assertThat(server.get("/health/ready").body()).doesNotContain("cannot be used");
            System.out.println(SWAPS + " reloads, " + answers + " answers, 0 failed");
        }
    }

    @Test
    void certificatesAreReplacedUnderLoad() throws Exception {
        MountedVolume certs = MountedVolume.of(directory.resolve("mounted"), pair());
        try (ServerProcess server = start(Map.of(
                "CONNAISSEUR_CONFIG_DIR",
                ServerTrial.configuration(directory, rules("allow")).toString(),
                "CONNAISSEUR_CERTS_DIR",
                certs.path().toString()))) {
            List<Thread> load = load(1, () -> answer(server));
            load.addAll(load(1, () -> freshConnection(server)));

            for (int i = 0; i < 3; i++) {
                Map<String, String> next = pair();
                certs.swap(next);
                awaitShown(server, certificate(next));
            }
            Map<String, String> last = pair();
            Map<String, String> before = Map.of(
                    "tls.crt", current(certs, "tls.crt"), "tls.key", Objects.requireNonNull(last.get("tls.key")));
            certs.swap(before);
            awaitMetric(server, "connaisseur_reloads_total{result=\"failure\",what=\"certificate\"}", 1);
            assertThat(shown(server)).isNotEqualTo(leaf(certificate(last)));
            certs.swap(last);
            awaitShown(server, certificate(last));
            certs.swap(Map.of("tls.crt", "no certificate", "tls.key", "no key"));
            awaitMetric(server, "connaisseur_reloads_total{result=\"failure\",what=\"certificate\"}", 2);
            assertThat(shown(server)).as("a bad pair keeps the old one").isEqualTo(leaf(certificate(last)));
            Map<String, String> written = pair();
            Files.writeString(certs.path().resolve("tls.crt"), certificate(written));
            awaitMore(server, "connaisseur_reloads_total{result=\"failure\",what=\"certificate\"} ", 2);
            assertThat(shown(server))
                    .as("written in place, a certificate waits for its key")
                    .isEqualTo(leaf(certificate(last)));
            Files.writeString(certs.path().resolve("tls.key"), Objects.requireNonNull(written.get("tls.key")));
            awaitShown(server, certificate(written));
            end(load);
            assertThat(failures).isEmpty();
            System.out.println("7 pairs, " + answers + " answers, 0 failed");
        }
    }

    private ServerProcess start(Map<String, String> environment) {
        Map<String, String> all = new TreeMap<>(environment);
        all.put("CONNAISSEUR_RELOAD_INTERVAL", "100ms");
        all.put("LOG_FORMAT", "json");
        return ServerProcess.start(directory, all, authority).awaitReady(ServerTrial.START);
    }

    /** Asks again and again until the test ends it. */
    private List<Thread> load(int threads, Request request) {
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            load.add(Thread.ofPlatform().start(() -> {
                while (!ended.get()) {
                    try {
                        request.send();
                        answers.incrementAndGet();
                    } catch (IOException | RuntimeException | AssertionError e) {
                        failures.add(e + " " + e.getCause());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            }));
        }
        return load;
    }

    private interface Request {
        void send() throws IOException, InterruptedException;
    }

    private void end(List<Thread> load) throws InterruptedException {
        ended.set(true);
        for (Thread thread : load) {
            thread.join(Duration.ofSeconds(60));
        }
    }

    private static Answer answer(ServerProcess server) {
        HttpResponse<String> answer = server.review(ServerTrial.pod("reload", IMAGE));
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonObject response =
                Json.createReader(new StringReader(answer.body())).readObject().getJsonObject("response");
        return new Answer(
                response.getJsonObject("auditAnnotations").getString("policy"), response.getBoolean("allowed"));
    }

    private void freshConnection(ServerProcess server) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(authority.trust()).build()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(server.uri("/mutate"))
                            .header("Content-Type", "application/json")
                            .timeout(Duration.ofSeconds(30))
                            .POST(BodyPublishers.ofString(ServerTrial.pod("fresh", IMAGE)))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
        }
    }

    private static void awaitReloads(ServerProcess server, int successes, int failures) throws InterruptedException {
        awaitMetric(server, "connaisseur_reloads_total{result=\"success\",what=\"configuration\"}", successes);
        if (failures > 0) {
            awaitMetric(server, "connaisseur_reloads_total{result=\"failure\",what=\"configuration\"}", failures);
        }
    }

    private static void awaitMetric(ServerProcess server, String name, int value) throws InterruptedException {
        String line = name + " " + value + ".0";
        for (int i = 0; i < 1200; i++) {
            if (server.get("/metrics").body().lines().anyMatch(line::equals)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(server.get("/metrics").body()).contains(line);
    }

    /** What is written in place may be read half-written first, so it may have failed more than once. */
    private static void awaitMore(ServerProcess server, String name, double value) throws InterruptedException {
        for (int i = 0; i < 1200; i++) {
            if (server.get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name))
                    .anyMatch(line -> Double.parseDouble(line.substring(name.length())) > value)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError(name + "did not exceed " + value);
    }

    private Map<String, String> pair() throws IOException {
        Path fresh = Files.createTempDirectory(directory, "pair");
        authority.writePair(fresh);
        return Map.of(
                "tls.crt", Files.readString(fresh.resolve("tls.crt")),
                "tls.key", Files.readString(fresh.resolve("tls.key")));
    }

    private static String certificate(Map<String, String> pair) {
        return Objects.requireNonNull(pair.get("tls.crt"));
    }

    private static String current(MountedVolume volume, String file) throws IOException {
        return Files.readString(volume.path().resolve(file));
    }

    private static void awaitShown(ServerProcess server, String pem) throws Exception {
        X509Certificate expected = leaf(pem);
        for (int i = 0; i < 600 && !shown(server).equals(expected); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(shown(server)).isEqualTo(expected);
    }

    private static X509Certificate shown(ServerProcess server) {
        return ShownCertificate.ask(server.port(), "/ready")
                .certificate()
                .orElseThrow()
                .certificate();
    }

    private static X509Certificate leaf(String pem) throws IOException {
        Path file = Files.createTempFile("leaf", ".pem");
        Files.writeString(file, pem);
        X509Certificate certificate = ShownCertificate.ofFile(file).certificate();
        Files.delete(file);
        return certificate;
    }
}

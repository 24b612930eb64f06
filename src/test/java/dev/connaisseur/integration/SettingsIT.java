package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.Settings;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every setting, given by its environment variable, does something that can be seen. What ends a server has one of its own. */
@Timeout(900)
class SettingsIT {
    @TempDir
    private static Path directory;

    private static SettingsWorld world;

    /** How a setting shows. */
    private interface Effect {
        void check() throws Exception;
    }

    private static final Map<String, Effect> EFFECTS = Map.ofEntries(
            Map.entry("connaisseur.config.dir", () -> says("registry.k8s.io/pause:1", "")),
            Map.entry(
                    "connaisseur.certs.dir",
                    () -> assertThat(ShownCertificate.ask(world.server.port(), "/ready")
                                    .certificate())
                            .contains(ShownCertificate.ofFile(directory.resolve("work/certs/tls.crt")))),
            Map.entry("connaisseur.secrets.dir", () -> says(world.registry.host() + "/app:v1", "")),
            Map.entry("connaisseur.alerts.dir", SettingsIT::alertNamesItsPod),
            Map.entry("POD_NAME", SettingsIT::alertNamesItsPod),
            Map.entry("connaisseur.redis-certs.dir", () -> inForce("directories", "own-redis")),
            Map.entry(
                    "connaisseur.port",
                    () -> assertThat(world.server.status("/ready")).isEqualTo(200)),
            Map.entry(
                    "connaisseur.tls.required",
                    () -> assertThat(Refused.CONSOLE).contains("the server certificate is missing")),
            Map.entry(
                    "connaisseur.config.on-problem",
                    () -> says("broken.example/x:1", "validator \"missing\" not found")),
            Map.entry(
                    "connaisseur.policy.matching",
                    () -> assertThat(world.message("library.example/denied.example/x:1"))
                            .contains("[rule \"*:*\"")
                            .doesNotContain("static deny")),
            Map.entry("connaisseur.notaryv1.rollbackMemory", () -> inForce("notaryv1", "PT264H")),
            Map.entry("connaisseur.notaryv1.compareLengths", () -> inForce("notaryv1", "compareLengths=false")),
            Map.entry("connaisseur.keys.refresh", () -> inForce("keyrefresh", "PT3H")),
            Map.entry(
                    "connaisseur.network.allow",
                    () -> assertThat(world.reasons(world.bystander.host() + "/x:1"))
                            .containsExactly("IMAGE_NOT_FOUND")),
            Map.entry(
                    "connaisseur.network.only",
                    () -> says("elsewhere.example/x:1", "we may not connect to elsewhere.example")),
            Map.entry("connaisseur.network.plainHttp", SettingsIT::plainHttpGoesThroughItsProxy),
            Map.entry("http_proxy", SettingsIT::plainHttpGoesThroughItsProxy),
            Map.entry("https_proxy", () -> {
                world.message("proxied.example/x:1");
                assertThat(world.tunnel.log().toString()).contains("proxied.example:443");
            }),
            Map.entry(
                    "SSL_CERT_DIR",
                    () -> assertThat(world.reasons("proxied.example/x:1")).containsExactly("IMAGE_NOT_FOUND")),
            Map.entry("no_proxy", () -> {
                world.message("direct.example/x:1");
                assertThat(world.tunnel.log().toString()).doesNotContain("direct.example");
            }),
            Map.entry("connaisseur.ca.dir", () -> assertThat(Refused.CONSOLE).contains("own-ca/broken.crt")),
            Map.entry("SSL_CERT_FILE", () -> assertThat(Refused.CONSOLE).contains("broken-root.pem")),
            Map.entry(
                    "connaisseur.shutdown.delay",
                    () -> assertThat(Ended.CONSOLE).contains("serving on for 0 s")),
            Map.entry(
                    "connaisseur.shutdown.grace",
                    () -> assertThat(Ended.CONSOLE).contains("stopped with 1 requests open after 2 s")),
            Map.entry("LOG_LEVEL", () -> {
                world.message("registry.k8s.io/pause:1");
                assertThat(ServerTrial.lines(world.server, "level", "debug")).isNotEmpty();
            }),
            Map.entry("LOG_FORMAT", () -> assertThat(world.server.console()).contains("{\"level\":\"info\",\"msg\":")),
            Map.entry("AUTOMATIC_CHILD_APPROVAL", () -> inForce("features", "automaticChildApproval=false")),
            Map.entry(
                    "connaisseur.features.automaticChildApproval.unpinned",
                    () -> inForce("features", "unpinnedOwners=VALIDATE")),
            Map.entry("connaisseur.serviceaccount.dir", () -> inForce("serviceaccount", "own-account")),
            Map.entry("AUTOMATIC_UNCHANGED_APPROVAL", () -> inForce("features", "automaticUnchangedApproval=true")),
            Map.entry(
                    "DETECTION_MODE",
                    () -> assertThat(world.answer("Pod", "denied.example/x:1").warnings())
                            .contains("detection mode active")),
            Map.entry(
                    "RESOURCE_VALIDATION_MODE",
                    () -> assertThat(world.answer("Deployment", "denied.example/x:1")
                                    .warnings())
                            .contains("pod-only validation active")),
            Map.entry(
                    "connaisseur.features.imageVolumes",
                    () -> assertThat(volume("denied.example/x:1")).isEmpty()),
            Map.entry("connaisseur.webhook.validating", () -> {
                String denied =
                        Reviews.create("Pod", "final", "denied.example/x:1").toString();
                assertThat(AdmissionAnswer.of(world.server.validate(denied)).warnings())
                        .isEmpty();
            }),
            Map.entry("connaisseur.webhook.watched", () -> inForce("webhooks", "mutating/own")),
            Map.entry("connaisseur.webhook.manageCaBundle", () -> inForce("webhooks", "manageCaBundle=true")),
            Map.entry("connaisseur.webhook.interval", () -> inForce("webhooks", "interval=PT7S")),
            Map.entry("CACHE_EXPIRY_SECONDS", () -> inForce("cache", "PT7S")),
            Map.entry("CACHE_ERRORS", () -> inForce("cache", "errors=false")),
            Map.entry("connaisseur.reload.interval", () -> inForce("reload", "PT7S")),
            Map.entry("REDIS_HOST", () -> inForce("redis", "redis.invalid")),
            Map.entry("REDIS_PASSWORD", () -> assertThat(world.server.console()).doesNotContain("canary-of-redis")),
            Map.entry("connaisseur.redis.user", () -> inForce("redis", "own-user")),
            Map.entry("connaisseur.redis.port", () -> inForce("redis", "port=6390")),
            Map.entry("connaisseur.redis.mode", () -> inForce("redis", "mode=SENTINEL")),
            Map.entry("connaisseur.redis.master", () -> inForce("redis", "own-master")),
            Map.entry("connaisseur.cache.keys.dir", () -> inForce("redis", "own-keys")),
            Map.entry("connaisseur.cache.staleSeconds", () -> inForce("cache", "stale=PT10M")));

    @BeforeAll
    static void start() throws IOException {
        world = new SettingsWorld(directory);
        world.server.awaitReady(ServerTrial.START);
    }

    @AfterAll
    static void stop() throws IOException {
        world.close();
    }

    static Set<String> names() {
        return Settings.names();
    }

    @Test
    void everySettingHasARow() {
        assertThat(EFFECTS.keySet()).containsExactlyInAnyOrderElementsOf(Settings.names());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void hasAnEffect(String name) throws Exception {
        EFFECTS.getOrDefault(name, () -> {
                    throw new AssertionError("no row");
                })
                .check();
    }

    private static void says(String image, String part) {
        if (part.isEmpty()) {
            assertThat(world.message(image)).isEmpty();
        } else {
            assertThat(world.message(image)).contains(part);
        }
    }

    private static void inForce(String member, String part) {
        assertThat(world.inForce(member)).contains(part);
    }

    private static void alertNamesItsPod() throws InterruptedException {
        world.message("registry.k8s.io/pause:1");
        assertThat(world.alerts.next().body()).isEqualTo("{\"pod\":\"own-pod\"}");
    }

    private static void plainHttpGoesThroughItsProxy() {
        world.message("plain.example:5000/x:1");
        assertThat(world.plainProxy.requests())
                .anySatisfy(request -> assertThat(request).startsWith("GET http://plain.example:5000/v2/"));
    }

    /** What is said about a Pod whose container is allowed and that mounts an image. */
    private static String volume(String image) {
        JsonObject volume = Json.createObjectBuilder()
                .add("name", "data")
                .add("image", Json.createObjectBuilder().add("reference", image))
                .build();
        JsonObject review = Json.createPatchBuilder()
                .add(
                        "/request/object/spec/volumes",
                        Json.createArrayBuilder().add(volume).build())
                .build()
                .apply(Reviews.create("Pod", "volume", "registry.k8s.io/pause:1"));
        return AdmissionAnswer.of(world.server.review(review.toString())).message();
    }

    /** The console of a server that does not start: no certificate where one is required, roots that are none. */
    private static final class Refused {
        static final String CONSOLE = console();

        private static String console() {
            try {
                Path work = Files.createDirectories(directory.resolve("refused"));
                Path broken = Files.writeString(work.resolve("broken-root.pem"), "no certificate");
                Path roots = Files.createDirectories(work.resolve("own-ca"));
                Files.writeString(roots.resolve("broken.crt"), "no certificate");
                String both = start(work, "CONNAISSEUR_CA_DIR", roots.toString(), "SSL_CERT_FILE", broken.toString());
                return both
                        + start(
                                work,
                                "CONNAISSEUR_TLS_REQUIRED",
                                "true",
                                "CONNAISSEUR_CERTS_DIR",
                                work.resolve("empty").toString());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private static String start(Path work, String... environment) {
            try (ServerProcess refused = ServerTrial.start(work, ServerTrial.STATIC_RULES, environment)) {
                assertThat(refused.awaitExit(Duration.ofMinutes(3))).isEqualTo(1);
                return refused.console();
            }
        }
    }

    /** Run once for two rows; what it runs stands outside, as its threads must not wait for this class to be there. */
    private static final class Ended {
        static final String CONSOLE = ended();
    }

    /** The console of a server that was told to end while a request was stuck, with hardly a delay and little grace. */
    private static String ended() {
        CountDownLatch asked = new CountDownLatch(1);
        try (EmbeddedRegistry registry = EmbeddedRegistry.open()) {
            registry.onManifest("app", "v1", (exchange, usual, end) -> {
                asked.countDown();
                Fault.stallBeforeHeaders().answer(exchange, usual, end);
            });
            Path work = Files.createDirectories(directory.resolve("ended"));
            TestImage.push(registry, "app", "v1", "content");
            String rules = ServerTrial.cosignRules(registry, CosignSigner.create());
            try (ServerProcess server = ServerTrial.start(
                    work, rules, "CONNAISSEUR_SHUTDOWN_DELAY", "250ms", "CONNAISSEUR_SHUTDOWN_GRACE", "2s")) {
                server.awaitReady(ServerTrial.START);
                CompletableFuture<HttpResponse<String>> open = CompletableFuture.supplyAsync(
                        () -> server.review(ServerTrial.pod("stuck", registry.host() + "/app:v1")));
                assertThat(asked.await(20, TimeUnit.SECONDS))
                        .as(() -> open.isDone() ? open.join().body() : "nothing asked")
                        .isTrue();
                server.terminate();
                assertThat(server.awaitExit(Duration.ofSeconds(60))).isZero();
                return server.console();
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.connaisseur.benchmark;

import dev.connaisseur.admission.AdmissionDecision;
import dev.connaisseur.boot.Configuration;
import dev.connaisseur.boot.Engine;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.Zoo;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One admission of a Pod with one image, from the review's bytes to the response, without the server's HTTPS. No verdict is remembered,
 * so each is a cold verification with its requests to a registry; of a notary server's files only the newest timestamp is fetched each
 * time. Look at {@code cpu}, which is per admission: the other score is the clock's over all that are counted, and depends on whatever
 * else the machine does. So does what time would make of a warm-up, which is therefore a number of admissions.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, batchSize = AdmissionBenchmark.WARM)
@Measurement(iterations = 4, batchSize = AdmissionBenchmark.COUNTED)
@Fork(1)
public class AdmissionBenchmark {
    static final int WARM = 500;
    static final int COUNTED = 150;

    /** When everything in the zoo is valid. */
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    /** What decides about the image. */
    @Param({"static", "key", "key-log", "keyless", "keyless-bundle", "notaryv1", "notation-jws", "notation-cose"})
    public String kind = "";

    private Origin origin;
    private Engine engine;
    private Configuration configuration;
    private byte[] review = new byte[0];

    /** Starts the registry and reads a configuration with a rule per kind. */
    @Setup
    public void open() throws IOException {
        origin = Origin.start();
        Path directory = Files.createTempDirectory("benchmark");
        Files.writeString(directory.resolve("config.yaml"), configuration(origin));
        Settings settings = Settings.read(new PropertySource(
                Map.of(
                        "CONNAISSEUR_CONFIG_DIR",
                        directory.toString(),
                        "CONNAISSEUR_NETWORK_ALLOW",
                        "127.0.0.1,localhost",
                        "CACHE_EXPIRY_SECONDS",
                        "0"),
                Map.of()));
        engine = Engine.open(settings, InstantSource.fixed(NOW), new PrometheusRegistry());
        Problems problems = new Problems(OnProblem.REFUSE);
        configuration = engine.read(problems);
        problems.throwIfErrors();
        review = Reviews.create("Pod", "benchmark", origin.registry() + "/" + image())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        origin.requests();
        admit();
        String first = origin.requests();
        admit();
        System.out.println("# requests for " + kind + ": " + first + ", and again: " + origin.requests());
    }

    /** Ends what was started. */
    @TearDown
    public void close() {
        configuration.close();
        engine.close();
        origin.close();
    }

    /** One admission. */
    @Benchmark
    public AdmissionDecision admit() {
        AdmissionDecision decision = engine.decide(
                        configuration, AdmissionReview.parse(review), Deadline.after(Duration.ofSeconds(20)))
                .toCompletableFuture()
                .join();
        if (!decision.toResponse().allowed()) {
            throw new IllegalStateException(kind + " was denied: " + decision);
        }
        return decision;
    }

    private String image() {
        return switch (kind) {
            case "static" -> "static/app:v1";
            case "key" -> "zoo/cosign-alice:v1";
            case "key-log" -> "keyless/key-rekor:v1";
            case "keyless" -> "keyless/kl-alice:v1";
            case "keyless-bundle" -> "keyless/nb-alice:v1";
            case "notaryv1" -> "zoo/nv1:v1";
            case "notation-jws" -> "zoo/notation-acme-jws:v1";
            default -> "zoo/notation-acme-cose:v1";
        };
    }

    private static String configuration(Origin origin) throws IOException {
        String identity = "{issuer: \"http://127.0.0.1:18901\", subject: alice@example.org}";
        return """
                validators:
                - {name: allow, type: static, approve: true}
                - name: cosign
                  type: cosign
                  trustedRootFile: %s
                  trustRoots:
                  - {name: alice, key: "%s"}
                  - {name: logged, key: "%s"}
                  - {name: keyless, keyless: %s}
                - name: notary
                  type: notaryv1
                  host: %s
                  trustRoots: [{name: default, key: "%s"}]
                - name: notation
                  type: notation
                  trustRoots: [{name: default, cert: "%s"}]
                policy:
                - {pattern: "REGISTRY/static/*:*", validator: allow}
                - {pattern: "REGISTRY/zoo/cosign*:*", validator: cosign, with: {trustRoot: alice, verifyInTransparencyLog: false}}
                - {pattern: "REGISTRY/keyless/key*:*", validator: cosign, with: {trustRoot: logged}}
                - {pattern: "REGISTRY/keyless/*:*", validator: cosign, with: {trustRoot: keyless}}
                - {pattern: "REGISTRY/zoo/nv1*:*", validator: notary}
                - {pattern: "REGISTRY/zoo/notation*:*", validator: notation}
                """.formatted(
                        Origin.KEYLESS.resolve("trusted_root.json"),
                        line(Zoo.key("alice")),
                        line(Files.readString(Origin.KEYLESS.resolve("keys/key-a.pub"))),
                        identity,
                        origin.notary(),
                        line(Zoo.key("nv1-root")),
                        line(Files.readString(Zoo.DIRECTORY.resolve("certs/acme-ca.crt"))))
                .replace("REGISTRY", origin.registry());
    }

    private static String line(String pem) {
        return pem.replace("\n", "\\n");
    }
}

package dev.connaisseur.threats;

import dev.connaisseur.admission.AdmissionDecision;
import dev.connaisseur.admission.Outcome;
import dev.connaisseur.boot.Configuration;
import dev.connaisseur.boot.Engine;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.image.Digest;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.FakeRekor;
import dev.connaisseur.testing.FulcioLeaf;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.TestSigstore;
import dev.connaisseur.testing.TestSigstore.Signer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A registry with one image in a hostile hand, a sigstore deployment, a stranger's, and two keys; the whole engine decides. The
 * deployment's own signer is alice@acme.example by way of https://id.example.
 */
final class SigstoreScene implements AutoCloseable {
    static final String ISSUER = "https://id.example";
    static final String ALICE = "alice@acme.example";
    static final String TYPE = "https://acme.example/review";

    final Instant now = Instant.now();
    final TestSigstore sigstore = TestSigstore.create(now);
    final TestSigstore stranger = TestSigstore.create(now);
    final CosignSigner key = CosignSigner.create();
    final CosignSigner second = CosignSigner.create();
    final EmbeddedRegistry registry = EmbeddedRegistry.open();
    final FakeRekor rekor = FakeRekor.serve();
    private String repository = "";

    /** What is done with an image. */
    @FunctionalInterface
    interface Deed {
        void on(SigstoreScene scene);
    }

    /** The image of the deed that is under way. */
    Digest image() {
        return registry.tagged(repository, "v1").orElseThrow();
    }

    String reference() {
        return registry.host() + "/" + repository;
    }

    String repository() {
        return repository;
    }

    byte[] payload() {
        return CosignSigner.payload(reference(), image());
    }

    FulcioLeaf leaf() {
        return sigstore.leaf(FulcioLeaf.email(ALICE), ISSUER);
    }

    /** Signs with everything that a certificate brings with it. */
    void sign(Signer signer) {
        sigstore.sign(signer, registry, repository, image());
    }

    void signKey() {
        key.sign(registry, repository, image());
    }

    /** Attaches a signature by a good signer whose annotations were changed. */
    void attach(Signer signer, Map<String, String> changes) {
        Map<String, String> annotations = new HashMap<>(sigstore.annotations(signer, payload(), now));
        changes.forEach((name, value) -> {
            if (value.isEmpty()) {
                annotations.remove(name);
            } else {
                annotations.put(name, value);
            }
        });
        TestSigstore.attach(registry, repository, image(), payload(), annotations);
    }

    /** A subject of a statement: the image. */
    String subject() {
        return "{\"name\": \"x\", \"digest\": {\"sha256\": \"" + image().hex() + "\"}}";
    }

    String statement(String subjects) {
        return "{\"_type\": \"https://in-toto.io/Statement/v1\", \"predicateType\": \"" + TYPE + "\", \"subject\": ["
                + subjects + "], \"predicate\": {}}";
    }

    /** An envelope over any payload, by the trusted key. */
    void attachSigned(String payloadType, String payload) {
        CosignSigner.attachEnvelope(
                registry, repository, image(), key.envelope(payloadType, payload.getBytes(StandardCharsets.UTF_8)));
    }

    /** A good envelope that was changed afterwards. */
    void attachEnvelope(UnaryOperator<JsonObject> change) {
        JsonObject envelope = key.envelope(
                "application/vnd.in-toto+json", statement(subject()).getBytes(StandardCharsets.UTF_8));
        CosignSigner.attachEnvelope(registry, repository, image(), change.apply(envelope));
    }

    /** A signature by the trusted key under another algorithm. */
    void attachByKey(String algorithm) {
        TestSigstore.attach(
                registry,
                repository,
                image(),
                payload(),
                Map.of(CosignSigner.SIGNATURE, key.signature(payload(), algorithm)));
    }

    String pem(Signer signer) {
        try {
            return TestSigstore.pem("CERTIFICATE", signer.certificate().getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The validator and the rule for everything, by a trust root in YAML. */
    String configuration(String trustRoots, String with) {
        return "validators:\n- name: v\n  type: cosign\n  trustedRoot: '" + sigstore.trustedRoot()
                + "'\n  trustRoots:\n" + trustRoots.indent(2) + "policy:\n- {pattern: \"" + registry.host()
                + "/*:*\", validator: v, with: {" + with + "}}\n";
    }

    String keyless(String subject) {
        return "- {name: default, keyless: {issuer: '" + ISSUER + "', " + subject + "}}\n";
    }

    String keys() {
        return "- {name: default, key: " + quoted(key.publicKey()) + "}\n- {name: second, key: "
                + quoted(second.publicKey()) + "}\n";
    }

    static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    /** A decision over the image after the deed: reasons of the refusal, none if it is admitted. */
    List<String> decided(Path directory, String configuration, Deed deed, String name) {
        repository = "acme/" + name;
        TestImage.push(registry, repository, "v1", "content of " + name);
        deed.on(this);
        Problems problems = new Problems(OnProblem.REFUSE);
        try (Engine engine = engine(directory, configuration)) {
            Configuration read = engine.read(problems);
            problems.throwIfErrors();
            AdmissionReview review = AdmissionReview.parse(
                    Reviews.create("Pod", "uid", reference() + ":v1").toString().getBytes(StandardCharsets.UTF_8));
            AdmissionDecision decision = engine.decide(read, review, Deadline.after(Duration.ofSeconds(25)))
                    .toCompletableFuture()
                    .join();
            read.close();
            return decision.outcomes().stream()
                    .filter(Outcome.Refusal.class::isInstance)
                    .map(outcome -> ((Outcome.Refusal) outcome).reason().name())
                    .toList();
        }
    }

    /** What is said about a configuration that is refused; empty if it is not. */
    static List<String> errors(Path directory, String configuration) {
        Problems problems = new Problems(OnProblem.REFUSE);
        try (Engine engine = engine(directory, configuration)) {
            engine.read(problems).close();
        }
        return problems.errors().stream().map(Problem::what).toList();
    }

    private static Engine engine(Path directory, String configuration) {
        try {
            Files.writeString(directory.resolve("config.yaml"), configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> variables = Map.of(
                "CONNAISSEUR_CONFIG_DIR",
                directory.toString(),
                "CONNAISSEUR_SECRETS_DIR",
                directory.resolve("secrets").toString(),
                "CONNAISSEUR_NETWORK_ALLOW",
                "127.0.0.1,localhost",
                "CACHE_EXPIRY_SECONDS",
                "0");
        return Engine.open(
                Settings.read(new PropertySource(variables, Map.of())),
                InstantSource.system(),
                new PrometheusRegistry());
    }

    @Override
    public void close() {
        rekor.close();
        registry.close();
    }
}

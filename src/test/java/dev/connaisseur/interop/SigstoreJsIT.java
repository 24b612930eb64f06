package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.TestSigstore;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles that sigstore's JavaScript library made, kept as referrers of their images, through the shipped server. */
class SigstoreJsIT {
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final String SIGN = "https://sigstore.dev/cosign/sign/v1";

    @TempDir
    static Path directory;

    private static final EmbeddedRegistry REGISTRY = EmbeddedRegistry.open(Options.PLAIN.withReferrersApi(100));
    private static ServerProcess server;

    @BeforeAll
    static void signAndServe() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        Files.writeString(
                directory.resolve("key.pem"),
                TestSigstore.pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        attach("js/signed", SIGN, image("js/signed"));
        attach("js/other-image", SIGN, image("js/signed"));
        attach("js/attested", "https://acme.example/review", image("js/attested"));
        attach("js/stranger", SIGN, image("js/stranger"));
        Path configuration = Files.createDirectories(directory.resolve("config"));
        Files.writeString(
                configuration.resolve("config.yaml"),
                configuration(TestSigstore.pem("PUBLIC KEY", keys.getPublic().getEncoded())));
        server = ServerProcess.start(
                        directory,
                        Map.of("CONNAISSEUR_CONFIG_DIR", configuration.toString(), "CACHE_EXPIRY_SECONDS", "0"))
                .awaitReady(Duration.ofMinutes(5));
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        REGISTRY.close();
    }

    @Test
    void itsSignatureIsAccepted() {
        assertThat(ask("js/signed").allowed()).as(ask("js/signed").message()).isTrue();
    }

    @Test
    void whatItSignedForAnotherImageIsRefused() {
        assertThat(ask("js/other-image").message()).contains("is about another image");
    }

    @Test
    void whatItAttestedIsNoSignature() {
        assertThat(ask("js/attested").message()).contains("no signatures found");
    }

    @Test
    void anotherKeyIsRefused() {
        assertThat(ask("js/stranger").message()).contains("a signature is not by stranger");
    }

    private static Digest image(String repository) {
        return TestImage.push(REGISTRY, repository, "v1", "content of " + repository);
    }

    /** Signs a statement about an image and lets the bundle refer to the repository's image. */
    private static void attach(String repository, String predicateType, Digest about) throws Exception {
        JsonObject statement = Json.createObjectBuilder()
                .add("_type", "https://in-toto.io/Statement/v1")
                .add("predicateType", predicateType)
                .add(
                        "subject",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add(
                                                "digest",
                                                Json.createObjectBuilder().add("sha256", about.hex()))))
                .add("predicate", Json.createObjectBuilder())
                .build();
        Files.writeString(directory.resolve("statement.json"), statement.toString());
        Tool node = Tool.find("node").orElseThrow(() -> new AssertionError("needs node"));
        Path script = Path.of(System.getenv().getOrDefault("CONNAISSEUR_TOOLS", ""), "sigstore-js", "sign.js");
        assertThat(script).as("installed by .ci/sigstore-js/install.sh").exists();
        byte[] bundle = node.run(directory, Map.of(), List.of(script.toString(), "key.pem", "statement.json"))
                .getBytes(StandardCharsets.UTF_8);
        byte[] subject = REGISTRY.bytes(image(repository));
        String manifest = Json.createObjectBuilder()
                .add("schemaVersion", 2)
                .add("mediaType", TestImage.MANIFEST)
                .add("artifactType", BUNDLE)
                .add("config", TestImage.descriptor(REGISTRY, "application/vnd.oci.empty.v1+json", new byte[] {'{', '}'
                }))
                .add("layers", Json.createArrayBuilder().add(TestImage.descriptor(REGISTRY, BUNDLE, bundle)))
                .add(
                        "subject",
                        Json.createObjectBuilder()
                                .add("mediaType", TestImage.MANIFEST)
                                .add("digest", Digest.of(subject).toString())
                                .add("size", subject.length))
                .build()
                .toString();
        REGISTRY.putManifest(repository, TestImage.MANIFEST, manifest.getBytes(StandardCharsets.UTF_8));
    }

    private static AdmissionAnswer ask(String repository) {
        return AdmissionAnswer.of(server.review(Reviews.create("Pod", "js", REGISTRY.host() + "/" + repository + ":v1")
                .toString()));
    }

    private static String configuration(String key) {
        return """
                validators:
                - name: js
                  type: cosign
                  trustRoots:
                  - name: default
                    key: |
                %s
                  - name: stranger
                    key: |
                %s
                policy:
                - {pattern: "%s/*:*", validator: js, with: {verifyInTransparencyLog: false}}
                - {pattern: "%s/js/stranger:*", validator: js, with: {trustRoot: stranger, verifyInTransparencyLog: false}}
                """.formatted(
                        key.indent(6).stripTrailing(),
                        CosignSigner.create().publicKey().indent(6).stripTrailing(),
                        REGISTRY.host(),
                        REGISTRY.host());
    }
}

package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images freshly signed by the real cosign in a real docker-registry, through complete admissions of the shipped server. */
class CosignIT {
    private static final Map<String, String> NO_PASSWORD = Map.of("COSIGN_PASSWORD", "", "COSIGN_YES", "true");

    @TempDir
    static Path directory;

    private static DockerRegistry registry;
    private static ServerProcess server;
    private static Tool cosign;
    private static final Map<String, Digest> SIGNED = new TreeMap<>();

    @BeforeAll
    static void signAndServe() throws Exception {
        Optional<Tool> signer = Tool.find("cosign");
        Optional<Tool> store = Tool.find("docker-registry");
        Assumptions.assumeTrue(signer.isPresent() && store.isPresent(), "needs cosign and docker-registry");
        cosign = signer.orElseThrow();
        registry = DockerRegistry.start(store.orElseThrow(), directory);
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("generated", generate());
        keys.put("rsa", importKey("rsa", "RSA", 3072));
        keys.put("p384", importKey("p384", "EC", 384));
        keys.put("ed25519", importKey("ed25519", "Ed25519", 0));
        for (String key : keys.keySet()) {
            Digest image = registry.push("fresh/" + key, "v1", "signed by " + key);
            sign(key, "fresh/" + key, image);
            SIGNED.put(key, image);
        }
        registry.push("fresh/generated", "unsigned", "nobody signed this");
        Path configuration = Files.createDirectories(directory.resolve("config"));
        Files.writeString(configuration.resolve("config.yaml"), configuration(keys));
        Path alerts = Files.createDirectories(directory.resolve("alerts"));
        Files.writeString(alerts.resolve("config.yaml"), "{}\n");
        server = ServerProcess.start(
                        directory,
                        Map.of(
                                "CONNAISSEUR_CONFIG_DIR", configuration.toString(),
                                "CONNAISSEUR_ALERTS_DIR", alerts.toString(),
                                "CACHE_EXPIRY_SECONDS", "0"))
                .awaitReady(Duration.ofMinutes(5));
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        if (registry != null) {
            registry.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"generated", "rsa", "p384", "ed25519"})
    void aTagIsPinnedToTheSignedDigest(String key) {
        String image = image(key, "v1");
        AdmissionAnswer answer = ask(image);
        assertThat(answer.allowed()).as(answer.message()).isTrue();
        assertThat(answer.images(Reviews.workload("Pod", Map.of("containers", List.of(image)))))
                .containsExactly(image + "@" + signed(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "p384", "ed25519"})
    void anotherKeyIsRefused(String key) throws Exception {
        Digest image = registry.push("fresh/generated", "by-" + key, "signed by the wrong one, " + key);
        sign(key, "fresh/generated", image);
        AdmissionAnswer answer = ask(image("generated", "by-" + key));
        assertThat(answer.allowed()).isFalse();
        assertThat(answer.message()).contains("no matching signatures");
    }

    @Test
    void anUnsignedImageIsRefused() {
        AdmissionAnswer answer = ask(image("generated", "unsigned"));
        assertThat(answer.allowed()).isFalse();
        assertThat(answer.message())
                .contains("no signatures found")
                .contains("Unable to find signed digest for image " + image("generated", "unsigned") + ".");
    }

    @Test
    void aCopiedSignatureIsRefused() throws Exception {
        Digest evil = registry.push("fresh/generated", "evil", "carries the signature of another image");
        registry.copyTag(
                "fresh/generated", "sha256-" + signed("generated").hex() + ".sig", "sha256-" + evil.hex() + ".sig");
        AdmissionAnswer answer = ask(image("generated", "evil"));
        assertThat(answer.allowed()).isFalse();
        assertThat(answer.message()).contains(signed("generated").toString());
    }

    /** The format of bundles that refer to the image. */
    @Test
    void aBundleCountsLikeASignature() throws Exception {
        Digest image = registry.push("fresh/generated", "bundle", "signed by a bundle");
        sign("generated", "fresh/generated", image, "--new-bundle-format");
        AdmissionAnswer answer = ask(image("generated", "bundle"));
        assertThat(answer.allowed()).as(answer.message()).isTrue();
        Digest other = registry.push("fresh/generated", "other-bundle", "signed by a bundle of another key");
        sign("p384", "fresh/generated", other, "--new-bundle-format");
        AdmissionAnswer refused = ask(image("generated", "other-bundle"));
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.message()).contains("no matching signatures");
    }

    /** Attestations in both formats, by the type, signer and content that the rule demands. */
    @ParameterizedTest
    @ValueSource(strings = {"", "--new-bundle-format"})
    void anAttestationCountsByItsContent(String format) throws Exception {
        String kind = format.isEmpty() ? "layer" : "bundle";
        attest("generated", "good-" + kind, "https://acme.example/builder", format);
        attest("generated", "bad-" + kind, "https://evil.example/builder", format);
        attest("p384", "stranger-" + kind, "https://acme.example/builder", format);

        AdmissionAnswer good = ask(image("attested", "good-" + kind));
        assertThat(good.allowed()).as(good.message()).isTrue();
        AdmissionAnswer bad = ask(image("attested", "bad-" + kind));
        assertThat(bad.allowed()).isFalse();
        assertThat(bad.message()).contains("does not meet its condition");
        AdmissionAnswer stranger = ask(image("attested", "stranger-" + kind));
        assertThat(stranger.allowed()).isFalse();
        assertThat(stranger.message()).contains("no matching attestations");
    }

    private static void attest(String key, String tag, String builder, String format) throws Exception {
        Digest image = registry.push("fresh/attested", tag, "attested as " + tag);
        Files.writeString(
                directory.resolve("predicate.json"),
                "{\"buildDefinition\": {\"buildType\": \"x\"}, \"runDetails\": {\"builder\": {\"id\": \"" + builder
                        + "\"}}}");
        List<String> arguments = new ArrayList<>(List.of(
                "attest",
                "--key",
                key + ".key",
                "--type",
                "slsaprovenance1",
                "--predicate",
                "predicate.json",
                "--tlog-upload=false",
                "--allow-http-registry"));
        if (!format.isEmpty()) {
            arguments.add(format);
        }
        arguments.add(registry.host() + "/fresh/attested@" + image);
        cosign.run(directory, NO_PASSWORD, arguments);
    }

    @Test
    void oneAdmissionCostsThreeRequests() throws Exception {
        Digest image = registry.push("fresh/generated", "counted", "count my requests");
        sign("generated", "fresh/generated", image);
        long before = registry.requestsTo("/v2/fresh/generated/");
        assertThat(ask(image("generated", "counted")).allowed()).isTrue();
        assertThat(registry.requestsTo("/v2/fresh/generated/") - before).isEqualTo(3);
    }

    private static Digest signed(String key) {
        return Objects.requireNonNull(SIGNED.get(key));
    }

    private static AdmissionAnswer ask(String image) {
        return AdmissionAnswer.of(
                server.review(Reviews.create("Pod", "interop", image).toString()));
    }

    private static String image(String repository, String tag) {
        return registry.host() + "/fresh/" + repository + ":" + tag;
    }

    private static void sign(String key, String repository, Digest image, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("sign", "--key", key + ".key", "--tlog-upload=false", "--allow-http-registry"));
        arguments.addAll(List.of(more));
        arguments.add(registry.host() + "/" + repository + "@" + image);
        cosign.run(directory, NO_PASSWORD, arguments);
    }

    private static String generate() throws Exception {
        cosign.run(directory, NO_PASSWORD, List.of("generate-key-pair", "--output-key-prefix", "generated"));
        return Files.readString(directory.resolve("generated.pub"));
    }

    private static String importKey(String name, String algorithm, int size) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (size > 0) {
            generator.initialize(size);
        }
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        Files.writeString(
                directory.resolve(name + ".pem"),
                "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
        cosign.run(
                directory,
                NO_PASSWORD,
                List.of("import-key-pair", "--key", name + ".pem", "--output-key-prefix", name));
        return Files.readString(directory.resolve(name + ".pub"));
    }

    private static String configuration(Map<String, String> keys) {
        StringBuilder roots = new StringBuilder();
        StringBuilder rules = new StringBuilder();
        keys.forEach((name, key) -> {
            roots.append("  - name: ").append(name).append("\n    key: |\n").append(key.indent(6));
            rules.append("""
                    - pattern: "%s/fresh/%s:*"
                      validator: cosign
                      with: {trustRoot: %s, verifyInTransparencyLog: false, verifySCT: false}
                    """.formatted(registry.host(), name, name));
        });
        rules.append("""
                - pattern: "%s/fresh/attested:*"
                  validator: cosign
                  with:
                    verifyInTransparencyLog: false
                    requireSignature: false
                    attestations:
                    - predicateType: https://slsa.dev/provenance/v1
                      trustRoot: generated
                      condition: "predicate.runDetails.builder.id == 'https://acme.example/builder'"
                """.formatted(registry.host()));
        return "validators:\n- name: cosign\n  type: cosign\n  trustRoots:\n" + roots + "policy:\n" + rules;
    }
}

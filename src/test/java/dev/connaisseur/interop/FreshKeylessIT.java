package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Images freshly signed without a key by the real cosign, with the sigstore deployment that {@code .ci/sigstore/run} builds and starts,
 * through complete admissions of the shipped server. Only that script runs this: see contributing.md.
 */
class FreshKeylessIT {
    private static final String ISSUER = "http://127.0.0.1:18901";
    private static final String ALICE = "alice@example.org";
    private static final String MALLORY = "mallory@example.org";
    private static final String REKOR = "http://127.0.0.1:13000";
    private static final String STAMPS = "http://127.0.0.1:13004/api/v1/timestamp";
    private static final Path PKI = Path.of(System.getenv().getOrDefault("CONNAISSEUR_SIGSTORE", "none"));

    @TempDir
    static Path directory;

    private static DockerRegistry registry;
    private static ServerProcess server;

    @BeforeAll
    static void signAndServe() throws Exception {
        if (!Files.isDirectory(PKI)) {
            fail("Needs a sigstore deployment: run .ci/sigstore/run.");
        }
        registry = DockerRegistry.start(tool("docker-registry"), directory);
        sign("app", "legacy", ALICE);
        sign("app", "mallory", MALLORY);
        sign("app", "bundle", ALICE, "--new-bundle-format");
        sign("app", "mallory-bundle", MALLORY, "--new-bundle-format");
        sign("app", "no-entry", ALICE, "--tlog-upload=false", "--timestamp-server-url=" + STAMPS);
        sign("stamps", "stamped", ALICE, "--tlog-upload=false", "--timestamp-server-url=" + STAMPS);
        sign("stamps", "no-stamp", ALICE, "--tlog-upload=false");
        sign("both", "stamped", ALICE, "--timestamp-server-url=" + STAMPS);
        sign("both", "no-stamp", ALICE);
        attest("good", ALICE, "https://acme.example/builder");
        attest("elsewhere", ALICE, "https://evil.example/builder");
        attest("mallory", MALLORY, "https://acme.example/builder");
        push("app", "unsigned");
        registry.copyTag(
                "keyless/app",
                "sha256-" + push("app", "legacy").hex() + ".sig",
                "sha256-" + push("app", "copied").hex() + ".sig");
        Path configuration = Files.createDirectories(directory.resolve("config"));
        Files.writeString(configuration.resolve("config.yaml"), configuration(trustedRoot()));
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

    /** The repository, which says what its rule demands, the image's tag, and a part of the denial; empty where it is admitted. */
    @ParameterizedTest(name = "{0}:{1} {2}")
    @CsvSource({
        "app, legacy, ''",
        "app, bundle, ''",
        "app, mallory, none of the expected identities matched",
        "app, mallory-bundle, none of the expected identities matched",
        "app, copied, the signed payload names",
        "app, unsigned, no signatures found",
        "app, no-entry, no entry of a transparency log",
        "stamps, stamped, ''",
        "stamps, no-stamp, nothing that is trusted says when",
        "both, stamped, ''",
        "both, no-stamp, a signature has no timestamp",
        "attested, good, ''",
        "attested, elsewhere, does not meet its condition",
        "attested, mallory, none of the expected identities matched",
    })
    void isDecided(String repository, String tag, String denial) {
        String image = image(repository, tag);
        AdmissionAnswer answer = ask(image);

        assertThat(answer.allowed()).as(answer.message()).isEqualTo(denial.isEmpty());
        if (!denial.isEmpty()) {
            assertThat(answer.message()).contains(denial);
        }
    }

    @Test
    void aTagIsPinnedToTheSignedDigest() throws Exception {
        String image = image("app", "legacy");

        assertThat(ask(image).images(Reviews.workload("Pod", Map.of("containers", List.of(image)))))
                .containsExactly(image + "@" + push("app", "legacy"));
    }

    private static AdmissionAnswer ask(String image) {
        return AdmissionAnswer.of(
                server.review(Reviews.create("Pod", "keyless", image).toString()));
    }

    private static String image(String repository, String tag) {
        return registry.host() + "/keyless/" + repository + ":" + tag;
    }

    /** The same bytes each time. */
    private static Digest push(String repository, String tag) throws Exception {
        return registry.push("keyless/" + repository, tag, "image " + tag);
    }

    private static void sign(String repository, String tag, String who, String... options) throws Exception {
        cosign(registry.host() + "/keyless/" + repository + "@" + push(repository, tag), who, List.of("sign"), options);
    }

    private static void attest(String tag, String who, String builder) throws Exception {
        Files.writeString(
                directory.resolve("predicate.json"),
                "{\"buildDefinition\": {\"buildType\": \"x\"}, \"runDetails\": {\"builder\": {\"id\": \"" + builder
                        + "\"}}}");
        cosign(
                registry.host() + "/keyless/attested@" + push("attested", tag),
                who,
                List.of("attest", "--type", "slsaprovenance1", "--predicate", "predicate.json"));
    }

    private static void cosign(String image, String who, List<String> command, String... options) {
        String token = tool("python3")
                .run(
                        directory,
                        Map.of(),
                        List.of(
                                Path.of(".ci/sigstore/oidc.py").toAbsolutePath().toString(),
                                PKI.toString(),
                                "token",
                                who))
                .strip();
        List<String> arguments = new ArrayList<>(command);
        arguments.addAll(List.of(
                "--yes",
                "--identity-token=" + token,
                "--fulcio-url=http://127.0.0.1:15555",
                "--rekor-url=" + REKOR,
                "--allow-http-registry"));
        arguments.addAll(List.of(options));
        arguments.add(image);
        tool("cosign").run(directory, deployment(), arguments);
    }

    private static Map<String, String> deployment() {
        return Map.of(
                "SIGSTORE_ROOT_FILE", PKI + "/fulcio-chain.pem",
                "SIGSTORE_REKOR_PUBLIC_KEY", PKI + "/rekor.pub",
                "SIGSTORE_CT_LOG_PUBLIC_KEY_FILE", PKI + "/ctlog.pub",
                "SIGSTORE_TSA_CERTIFICATE_FILE", PKI + "/tsa-chain.pem");
    }

    /** As cosign writes it. */
    private static Path trustedRoot() {
        String since = "start-time=2020-01-01T00:00:00Z";
        Path root = directory.resolve("trusted_root.json");
        tool("cosign")
                .run(
                        directory,
                        Map.of(),
                        List.of(
                                "trusted-root",
                                "create",
                                "--fulcio=url=http://127.0.0.1:15555,certificate-chain=" + PKI + "/fulcio-chain.pem,"
                                        + since,
                                "--rekor=url=" + REKOR + ",public-key=" + PKI + "/rekor.pub," + since,
                                "--ctfe=url=http://127.0.0.1:16962/test,public-key=" + PKI + "/ctlog.pub," + since,
                                "--tsa=url=" + STAMPS + ",certificate-chain=" + PKI + "/tsa-chain.pem," + since,
                                "--out=" + root));
        return root;
    }

    private static String configuration(Path trustedRoot) {
        return """
                validators:
                - name: sigstore
                  type: cosign
                  trustedRootFile: %s
                  trustRoots:
                  - {name: default, keyless: {issuer: "%s", subject: %s}}
                policy:
                - {pattern: "REGISTRY/keyless/app:*", validator: sigstore, with: {verifySCT: true}}
                - {pattern: "REGISTRY/keyless/stamps:*", validator: sigstore, with: {verifyInTransparencyLog: false}}
                - {pattern: "REGISTRY/keyless/both:*", validator: sigstore, with: {requireTimestamp: true}}
                - pattern: "REGISTRY/keyless/attested:*"
                  validator: sigstore
                  with:
                    requireSignature: false
                    attestations:
                    - predicateType: https://slsa.dev/provenance/v1
                      trustRoot: default
                      condition: "predicate.runDetails.builder.id == 'https://acme.example/builder'"
                """.formatted(trustedRoot, ISSUER, ALICE).replace("REGISTRY", registry.host());
    }

    private static Tool tool(String name) {
        return Tool.find(name).orElseThrow(() -> new AssertionError("needs " + name));
    }
}

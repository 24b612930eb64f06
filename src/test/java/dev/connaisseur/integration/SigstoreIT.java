package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.FakeRekor;
import dev.connaisseur.testing.FulcioLeaf;
import dev.connaisseur.testing.KeylessZoo;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.TestSigstore;
import dev.connaisseur.testing.TestSigstore.Signer;
import dev.connaisseur.testing.TufRepository;
import dev.connaisseur.trust.Claim;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the configuration can say about sigstore, through complete admissions of the shipped server over HTTPS: for each part an image
 * that is admitted and one that differs in what the part is about.
 */
class SigstoreIT {
    private static final String ISSUER = "https://id.example";
    private static final String TYPE = "https://acme.example/review";
    private static final String UP_LATER = "tuf/down";

    @TempDir
    static Path directory;

    private static final TestSigstore SIGSTORE = TestSigstore.create();
    private static final TestSigstore STRANGER = TestSigstore.create(SIGSTORE.now());
    private static final CosignSigner KEY = CosignSigner.create();
    private static final EmbeddedRegistry REGISTRY = EmbeddedRegistry.open();
    private static final FakeRekor REKOR = FakeRekor.serve();
    private static final List<TufRepository> REPOSITORIES = new ArrayList<>();
    private static final StringBuilder VALIDATORS = new StringBuilder("validators:\n");
    private static final StringBuilder POLICY = new StringBuilder("policy:\n");
    private static ServerProcess server;

    /**
     * One image.
     *
     * @param reason of its denial, empty where it is admitted
     */
    record Row(String repository, String reason) {
        @Override
        public String toString() {
            return repository + (reason.isEmpty() ? ": admitted" : ": " + reason);
        }
    }

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>(List.of(
                new Row("ca/good", ""),
                new Row("ca/other-name", "IDENTITY"),
                new Row("ca/other-authority", "CERTIFICATE"),
                new Row("annotations/prod", ""),
                new Row("annotations/test", "ANNOTATION"),
                new Row("reference/own", ""),
                new Row("reference/other", "OTHER_IMAGE"),
                new Row("user-name/alice", ""),
                new Row("user-name/mallory", "IDENTITY"),
                new Row("user-name/as-email", "IDENTITY"),
                new Row("rekor/known", ""),
                new Row("rekor/unknown", "LOG"),
                new Row("keyless/nb-tsa-rekor", ""),
                new Row("keyless/nb-alice", "TIMESTAMP"),
                new Row("tuf/rotated", ""),
                new Row("tuf/rotated-other-signer", "LOG"),
                new Row("tuf/expired", "INCONCLUSIVE"),
                new Row("cel/true", ""),
                new Row("cel/false", "ATTESTATION"),
                new Row("cel/error", "ATTESTATION"),
                new Row("cel/slow", "ATTESTATION")));
        for (Claim claim : Claim.values()) {
            rows.add(new Row("claims/" + lower(claim) + "/right", ""));
            rows.add(new Row("claims/" + lower(claim) + "/wrong", "IDENTITY"));
        }
        return rows;
    }

    @BeforeAll
    static void serve() {
        authorities();
        payloads();
        identities();
        lookups();
        timestamps();
        repositories();
        conditions();
        server = ServerTrial.start(directory, VALIDATORS.toString() + POLICY, "CACHE_EXPIRY_SECONDS", "0")
                .awaitReady(ServerTrial.START);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        REPOSITORIES.forEach(TufRepository::close);
        REKOR.close();
        REGISTRY.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isDecidedByItsPart(Row row) {
        AdmissionAnswer answer = ask(row.repository());

        assertThat(answer.allowed()).as(answer.message()).isEqualTo(row.reason().isEmpty());
        if (!row.reason().isEmpty()) {
            assertThat(ServerTrial.reasons(server, answer.uid()))
                    .as(answer.message())
                    .containsExactly(row.reason());
        }
    }

    /** The repository was down while the server started; that harmed nobody else, and it is asked again. */
    @Test
    void aRepositoryThatWasUnreachableAtTheStartIsUsedOnceItIsThere() throws InterruptedException {
        AdmissionAnswer before = ask(UP_LATER);
        assertThat(before.allowed()).isFalse();
        assertThat(ServerTrial.reasons(server, before.uid())).containsExactly("INCONCLUSIVE");
        REPOSITORIES.getLast().down(false);
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!ask(UP_LATER).allowed()) {
            assertThat(System.nanoTime()).as("never admitted").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    @Test
    void aLogThatFailsLeavesItOpen() {
        REKOR.status(503);
        AdmissionAnswer answer = ask("rekor/known");
        REKOR.status(200);

        assertThat(answer.allowed()).isFalse();
        assertThat(ServerTrial.reasons(server, answer.uid())).containsExactly("INCONCLUSIVE");
        assertThat(ask("rekor/known").allowed()).isTrue();
    }

    private static void authorities() {
        FulcioLeaf leaf = SIGSTORE.leaf(FulcioLeaf.email("ci@acme.example"), "")
                .living(SIGSTORE.now().minusSeconds(60), Duration.ofDays(1))
                .unpromised();
        sign(SIGSTORE, leaf, "ca/good");
        sign(SIGSTORE, leaf.named(FulcioLeaf.email("cd@acme.example")), "ca/other-name");
        sign(STRANGER, leaf, "ca/other-authority");
        validator(
                "own-ca",
                "trustedRoot: '{\"mediaType\": \"application/vnd.dev.sigstore.trustedroot+json;version=0.1\"}'",
                "ca: {certificates: " + quoted(SIGSTORE.rootPem()) + ", subject: ci@acme.example}");
        rule("ca/*:*", "own-ca", "verifyInTransparencyLog: false");
    }

    private static void payloads() {
        for (String name : List.of("prod", "test")) {
            Digest image = push("annotations/" + name);
            JsonObject payload = read(CosignSigner.payload(REGISTRY.host() + "/annotations/" + name, image));
            KEY.attach(
                    REGISTRY,
                    "annotations/" + name,
                    image,
                    bytes(Json.createObjectBuilder(payload)
                            .add("optional", Json.createObjectBuilder().add("env", name))
                            .build()));
        }
        KEY.sign(REGISTRY, "reference/own", push("reference/own"));
        Digest other = push("reference/other");
        KEY.attach(REGISTRY, "reference/other", other, CosignSigner.payload(REGISTRY.host() + "/reference/own", other));
        validator("key", "host: {}", "key: " + quoted(KEY.publicKey()));
        rule("annotations/*:*", "key", "verifyInTransparencyLog: false, annotations: {env: prod}");
        rule("reference/*:*", "key", "verifyInTransparencyLog: false, dockerReference: true");
    }

    private static void identities() {
        sign(SIGSTORE, SIGSTORE.leaf(FulcioLeaf.user("alice!acme"), ISSUER), "user-name/alice");
        sign(SIGSTORE, SIGSTORE.leaf(FulcioLeaf.user("mallory!acme"), ISSUER), "user-name/mallory");
        sign(SIGSTORE, SIGSTORE.leaf(FulcioLeaf.email("alice!acme"), ISSUER), "user-name/as-email");
        validator("user-name", trusted(SIGSTORE), "keyless: {issuer: '" + ISSUER + "', subject: 'alice!acme'}");
        rule("user-name/*:*", "user-name", "verifySCT: true");
        for (Claim claim : Claim.values()) {
            FulcioLeaf leaf = SIGSTORE.leaf(FulcioLeaf.uri("https://acme.example/build"), ISSUER);
            for (Claim each : Claim.values()) {
                leaf = leaf.claiming(each, each == claim ? "right" : "of " + each.key());
            }
            sign(SIGSTORE, leaf, "claims/" + lower(claim) + "/right");
            sign(SIGSTORE, leaf.claiming(claim, "wrong"), "claims/" + lower(claim) + "/wrong");
            validator(
                    "claim-" + lower(claim),
                    trusted(SIGSTORE),
                    "keyless: {issuer: '" + ISSUER + "', subject: 'https://acme.example/build', claims: {" + claim.key()
                            + ": right}}");
            rule("claims/" + lower(claim) + "/*:*", "claim-" + lower(claim), "verifySCT: true");
        }
    }

    private static void lookups() {
        Signer alice = SIGSTORE.issue(SIGSTORE.leaf(FulcioLeaf.email("alice@acme.example"), ISSUER));
        for (String name : List.of("known", "unknown")) {
            Digest image = push("rekor/" + name);
            byte[] payload = CosignSigner.payload(REGISTRY.host() + "/rekor/" + name, image);
            Map<String, String> annotations = new HashMap<>(SIGSTORE.annotations(alice, payload, SIGSTORE.now()));
            annotations.remove("dev.sigstore.cosign/bundle");
            TestSigstore.attach(REGISTRY, "rekor/" + name, image, payload, annotations);
            if (name.equals("known")) {
                JsonObject body = TestSigstore.hashedRekord(payload, annotations);
                REKOR.add(body, SIGSTORE.answered(body, SIGSTORE.now()));
            }
        }
        validator(
                "rekor",
                trusted(SIGSTORE) + "\n  host: {rekor: '" + REKOR.url() + "'}",
                "keyless: {issuer: '" + ISSUER + "', subject: alice@acme.example}");
        rule("rekor/*:*", "rekor", "verifySCT: true");
    }

    /** Both by real cosign, in the log, and admitted where no timestamp is demanded; one has one. */
    private static void timestamps() {
        REGISTRY.load(KeylessZoo.DIRECTORY.resolve("registry"));
        validator(
                "stamped",
                "trustedRootFile: "
                        + KeylessZoo.DIRECTORY.resolve("trusted_root.json").toAbsolutePath(),
                "keyless: {issuer: 'http://127.0.0.1:18901', subject: alice@example.org}");
        rule("keyless/*:*", "stamped", "requireTimestamp: true");
    }

    private static void repositories() {
        TufRepository rotated = TufRepository.serve(STRANGER.trustedRoot(), Instant.now());
        byte[] first = rotated.root(1);
        rotated.rotate();
        rotated.target(SIGSTORE.trustedRoot()).rotate();
        repository("rotated", rotated, first);
        TufRepository expired = TufRepository.serve(SIGSTORE.trustedRoot(), Instant.now());
        expired.life("timestamp", Duration.ofSeconds(-1)).publish();
        repository("expired", expired, expired.root(1));
        TufRepository down = TufRepository.serve(SIGSTORE.trustedRoot(), Instant.now());
        down.down(true);
        repository("down", down, down.root(1));
        sign(STRANGER, SIGSTORE.leaf(FulcioLeaf.email("alice@acme.example"), ISSUER), "tuf/rotated-other-signer");
        rule("tuf/rotated-other-signer:*", "tuf-rotated", "verifySCT: true");
    }

    private static void repository(String name, TufRepository repository, byte[] root) {
        REPOSITORIES.add(repository);
        sign(SIGSTORE, SIGSTORE.leaf(FulcioLeaf.email("alice@acme.example"), ISSUER), "tuf/" + name);
        validator(
                "tuf-" + name,
                "trustedRootTuf: {url: '" + repository.url() + "', root: "
                        + quoted(new String(root, StandardCharsets.UTF_8)) + "}",
                "keyless: {issuer: '" + ISSUER + "', subject: alice@acme.example}");
        rule("tuf/" + name + ":*", "tuf-" + name, "verifySCT: true");
    }

    private static void conditions() {
        JsonArrayBuilder many = Json.createArrayBuilder();
        for (int i = 0; i < 500; i++) {
            many.add(i);
        }
        JsonObject predicate =
                Json.createObjectBuilder().add("critical", 0).add("many", many).build();
        Map<String, String> conditions = Map.of(
                "true", "predicate.critical == 0",
                "false", "predicate.critical > 0",
                "error", "predicate.missing == 0",
                "slow", "predicate.many.all(a, predicate.many.all(b, predicate.many.all(c, a + b + c >= 0)))");
        conditions.forEach((name, condition) -> {
            Digest image = push("cel/" + name);
            KEY.attest(REGISTRY, "cel/" + name, image, TYPE, predicate);
            rule(
                    "cel/" + name + ":*",
                    "key",
                    "verifyInTransparencyLog: false, requireSignature: false, attestations: [{predicateType: '" + TYPE
                            + "', trustRoot: default, condition: '" + condition + "'}]");
        });
    }

    private static Digest push(String repository) {
        return TestImage.push(REGISTRY, repository, "v1", "content of " + repository);
    }

    private static void sign(TestSigstore sigstore, FulcioLeaf leaf, String repository) {
        sigstore.sign(sigstore.issue(leaf), REGISTRY, repository, push(repository));
    }

    private static String trusted(TestSigstore sigstore) {
        return "trustedRoot: '" + sigstore.trustedRoot() + "'";
    }

    private static void validator(String name, String trust, String trustRoot) {
        VALIDATORS.append("- name: " + name + "\n  type: cosign\n  " + trust + "\n  trustRoots:\n  - {name: default, "
                + trustRoot + "}\n");
    }

    private static void rule(String pattern, String validator, String options) {
        POLICY.append("- {pattern: \"" + REGISTRY.host() + "/" + pattern + "\", validator: " + validator + ", with: {"
                + options + "}}\n");
    }

    private static AdmissionAnswer ask(String repository) {
        String uid = "sigstore-" + repository.replace('/', '-') + "-" + System.nanoTime();
        return AdmissionAnswer.of(server.review(Reviews.create("Pod", uid, REGISTRY.host() + "/" + repository + ":v1")
                .toString()));
    }

    private static String lower(Claim claim) {
        return claim.key().toLowerCase(Locale.ROOT);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    private static byte[] bytes(JsonObject json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonObject read(byte[] json) {
        try (var reader = Json.createReader(new java.io.ByteArrayInputStream(json))) {
            return reader.readObject();
        }
    }
}

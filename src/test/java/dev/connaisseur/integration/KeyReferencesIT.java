package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.FakeCluster;
import dev.connaisseur.testing.KeyServers;
import dev.connaisseur.testing.KeyServers.Mode;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keys that are kept elsewhere, through complete admissions of the shipped server over HTTPS. It starts while nobody is there who could
 * give a key; nothing is remembered, and every key is asked for again for each image.
 */
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KeyReferencesIT {
    private static final String SECRET = "/api/v1/namespaces/shop/secrets/release";
    private static final Map<String, String> REFERENCES = new LinkedHashMap<>(Map.of(
            "aws", KeyServers.AWS,
            "azure", KeyServers.AZURE,
            "google", KeyServers.GOOGLE,
            "vault", KeyServers.VAULT,
            "web", KeyServers.WEB,
            "forbidden", "https://keys.example/forbidden.pub",
            "cluster", "k8s://shop/release",
            "file", "FILE",
            "variable", "env://RELEASE_KEY"));
    private static final CosignSigner OLD = CosignSigner.create();
    private static final CosignSigner NEW = CosignSigner.create();

    @TempDir
    static Path directory;

    private static final EmbeddedRegistry REGISTRY = EmbeddedRegistry.open();
    private static final KeyServers SERVERS = KeyServers.open();
    private static final Map<String, Digest> IMAGES = new LinkedHashMap<>();
    private static FakeCluster cluster;
    private static ServerProcess server;
    private static int asked;

    @BeforeAll
    static void serve() throws IOException {
        for (String name : REFERENCES.keySet()) {
            for (CosignSigner signer : new CosignSigner[] {OLD, NEW}) {
                String tag = signer == OLD ? "old" : "new";
                Digest digest = TestImage.push(REGISTRY, name + "/app", tag, name + tag);
                signer.sign(REGISTRY, name + "/app", digest);
                IMAGES.put(name + "/app:" + tag, digest);
            }
        }
        SERVERS.vanish();
        cluster = FakeCluster.open(Files.createDirectories(directory.resolve("account")));
        cluster.fail(SECRET, 503);
        Map<String, String> environment = new LinkedHashMap<>(SERVERS.environment(directory));
        environment.put("CONNAISSEUR_KEYS_REFRESH", "0");
        environment.put("CACHE_EXPIRY_SECONDS", "0");
        environment.put("CONNAISSEUR_RELOAD_INTERVAL", "200ms");
        environment.put("RELEASE_KEY", OLD.publicKey());
        environment.put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
        environment.put(
                "KUBERNETES_SERVICE_PORT",
                Integer.toString(cluster.access().server().getPort()));
        environment.put(
                "CONNAISSEUR_SERVICEACCOUNT_DIR", directory.resolve("account").toString());
        Files.writeString(keyFile(), OLD.publicKey());
        server = ServerTrial.start(
                        directory,
                        configuration(),
                        environment.entrySet().stream()
                                .flatMap(entry -> java.util.stream.Stream.of(entry.getKey(), entry.getValue()))
                                .toArray(String[]::new))
                .awaitReady(ServerTrial.START);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        cluster.close();
        SERVERS.close();
        REGISTRY.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "azure", "google", "vault"})
    void aKeyOfAKeyManagementService(String name) {
        SERVERS.vanish();
        isUndecided(name, "old");
        SERVERS.key(OLD.key()).appear();
        isAdmitted(name, "old");
        isDenied(name, "new");

        SERVERS.key(NEW.key());
        isAdmitted(name, "new");
        isDenied(name, "old");

        SERVERS.mode(Mode.FORBID);
        isUndecided(name, "new");
        // The container's look-ups try again: nothing is held now that could hide it.
        SERVERS.mode(Mode.STUMBLE);
        isAdmitted(name, "new");
        SERVERS.mode(Mode.FORBID);
        isUndecided(name, "new");
        SERVERS.mode(Mode.ANSWER);
        isAdmitted(name, "new");
        SERVERS.vanish();
        isAdmitted(name, "new"); // held for a while
    }

    /** Read when the configuration is put in force, or as soon as it can be had. */
    @Test
    void aKeyOfAWebServer() {
        SERVERS.vanish();
        isUndecided("web", "old");
        isUndecided("forbidden", "old");
        SERVERS.key(OLD.key()).appear();
        isAdmitted("web", "old");
        isDenied("web", "new");
        isUndecided("forbidden", "old");
    }

    /** The last, as another configuration has all keys read again. */
    @Test
    @Order(Integer.MAX_VALUE)
    void aKeyOfAWebServerIsReadAgainWithTheNextConfiguration() throws Exception {
        Files.writeString(keyFile(), OLD.publicKey()); // a configuration whose files are missing is not put in force
        SERVERS.vanish();
        SERVERS.mode(Mode.ANSWER);
        SERVERS.key(OLD.key()).appear();
        isAdmitted("web", "old");
        isDenied("web", "new");
        SERVERS.key(NEW.key());
        isAdmitted("web", "old"); // not asked in between
        isDenied("web", "new");
        reload();
        awaitReason("web", "old", "UNTRUSTED_SIGNER");
        isAdmitted("web", "new");

        SERVERS.vanish();
        reload();
        isAdmitted("web", "new"); // what was read before stays in force
        isDenied("web", "old");

        SERVERS.mode(Mode.FORBID);
        SERVERS.appear();
        reload();
        awaitReason("web", "new", "INCONCLUSIVE"); // nor is any other key believed
        isUndecided("web", "old");
        isAdmitted("variable", "old"); // the others go on
        SERVERS.mode(Mode.ANSWER);
        isAdmitted("web", "new");
        isDenied("web", "old");
    }

    @Test
    void aKeyOfASecret() {
        isUndecided("cluster", "old");
        cluster.fail(SECRET, 200);
        secret(OLD);
        isAdmitted("cluster", "old");
        isDenied("cluster", "new");
        secret(NEW);
        isAdmitted("cluster", "new");
        isDenied("cluster", "old");
        cluster.fail(SECRET, 403);
        isUndecided("cluster", "new");
    }

    @Test
    void aKeyOfAFile() throws IOException {
        Path file = keyFile();
        isAdmitted("file", "old");
        isDenied("file", "new");
        Files.writeString(file, NEW.publicKey());
        isAdmitted("file", "new");
        isDenied("file", "old");
        Files.delete(file);
        isUndecided("file", "new");
    }

    @Test
    void aKeyOfAVariable() {
        isAdmitted("variable", "old");
        isDenied("variable", "new");
    }

    @ParameterizedTest
    @CsvSource({
        "gitlab://acme/app, keys in variables of GitLab projects",
        "pkcs11:token=t, keys in PKCS #11 modules",
        "env://NOT_SET, the variable NOT_SET is not set"
    })
    void whatCannotBeFetchedIsRefusedAtTheStart(String reference, String said) throws IOException {
        Path work = Files.createTempDirectory(directory, "refused");
        String rules = """
                validators:
                - {name: default, type: cosign, trustRoots: [{name: default, key: "%s"}]}
                policy:
                - {pattern: "*:*"}
                """.formatted(reference);
        try (ServerProcess refused = ServerTrial.start(work, rules)) {
            assertThat(refused.awaitExit(ServerTrial.START)).isEqualTo(1);
            assertThat(refused.console()).contains(said).contains("validators[0].trustRoots[0].key");
        }
    }

    /** Another configuration, with a rule more that nobody needs; it counts from the moment that answers name it. */
    private static void reload() throws Exception {
        Path config = directory.resolve("config");
        String before = fingerprint();
        Path next = Files.writeString(
                directory.resolve("next.yaml"), configuration() + rule("unused" + ++asked, "variable"));
        Files.move(
                next,
                config.resolve("config.yaml"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        await(() -> !fingerprint().equals(before));
    }

    private static String fingerprint() {
        try (JsonReader reader = Json.createReader(
                new StringReader(review("uid-" + ++asked, "variable", "old").body()))) {
            return reader.readObject()
                    .getJsonObject("response")
                    .getJsonObject("auditAnnotations")
                    .getString("policy");
        }
    }

    /** The key that was read before may count until the server has answered. */
    private static void awaitReason(String name, String tag, String reason) throws Exception {
        await(() -> {
            String uid = "uid-" + ++asked;
            return !ask(uid, name, tag).allowed()
                    && ServerTrial.reasons(server, uid).equals(List.of(reason));
        });
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("nothing changed").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    /** Where its change is no change of the configuration. */
    private static Path keyFile() {
        return directory.resolve("release.pub");
    }

    private static void secret(CosignSigner signer) {
        String base64 = Base64.getEncoder().encodeToString(signer.publicKey().getBytes(StandardCharsets.UTF_8));
        cluster.put(SECRET, "{'data':{'cosign.pub':'" + base64 + "'}}");
    }

    private static void isAdmitted(String name, String tag) {
        AdmissionAnswer answer = ask("uid-" + ++asked, name, tag);
        assertThat(answer.allowed()).as(answer.message()).isTrue();
        assertThat(answer.patch().toString())
                .contains(
                        Objects.requireNonNull(IMAGES.get(name + "/app:" + tag)).toString());
    }

    private static void isDenied(String name, String tag) {
        isRefused(name, tag, "UNTRUSTED_SIGNER");
    }

    private static void isUndecided(String name, String tag) {
        isRefused(name, tag, "INCONCLUSIVE");
    }

    private static void isRefused(String name, String tag, String reason) {
        String uid = "uid-" + ++asked;
        AdmissionAnswer answer = ask(uid, name, tag);
        assertThat(answer.allowed()).as(name + " " + tag).isFalse();
        assertThat(ServerTrial.reasons(server, uid)).as(answer.message()).containsExactly(reason);
    }

    private static AdmissionAnswer ask(String uid, String name, String tag) {
        return AdmissionAnswer.of(review(uid, name, tag));
    }

    private static HttpResponse<String> review(String uid, String name, String tag) {
        String image = REGISTRY.host() + "/" + name + "/app:" + tag;
        return server.review(Reviews.create("Pod", uid, image).toString());
    }

    private static String configuration() {
        StringBuilder text = new StringBuilder("validators:\n- name: keys\n  type: cosign\n  trustRoots:\n");
        REFERENCES.forEach((name, reference) -> text.append("  - {name: ")
                .append(name)
                .append(", key: \"")
                .append(reference.replace("FILE", keyFile().toString()))
                .append("\"}\n"));
        text.append("policy:\n");
        for (String name : REFERENCES.keySet()) {
            text.append(rule(name, name));
        }
        return text.toString();
    }

    private static String rule(String repository, String trustRoot) {
        return """
                - pattern: "%s/%s/*:*"
                  validator: keys
                  with: {trustRoot: %s, verifyInTransparencyLog: false, verifySCT: false}
                """.formatted(REGISTRY.host(), repository, trustRoot);
    }
}

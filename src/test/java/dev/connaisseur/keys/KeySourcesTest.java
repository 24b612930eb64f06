package dev.connaisseur.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.kubernetes.KubernetesApi;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.FakeCluster;
import dev.connaisseur.testing.KeyServers;
import dev.connaisseur.testing.KeyServers.Mode;
import dev.connaisseur.trust.KeyReference;
import dev.connaisseur.trust.UnusableKeyException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every scheme against servers that check what they are asked with. */
class KeySourcesTest {
    private static final String SECRET = "/api/v1/namespaces/shop/secrets/release";
    private static final PublicKey OLD = key("secp256r1");
    private static final PublicKey NEW = key("secp384r1");
    private static final PublicKey WEAK = weak();

    @TempDir
    Path directory;

    private final KeyServers servers = KeyServers.open().key(OLD);
    private final List<AutoCloseable> open = new ArrayList<>();
    private Map<String, String> environment;
    private FakeCluster cluster;

    @BeforeEach
    void surround() throws IOException {
        environment = servers.environment(directory);
        cluster = FakeCluster.open(Files.createDirectories(directory.resolve("account")));
        local(OLD);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
        cluster.close();
        servers.close();
    }

    // ---- all schemes ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                KeyServers.AWS,
                KeyServers.AZURE,
                KeyServers.GOOGLE,
                KeyServers.VAULT,
                KeyServers.WEB,
                "k8s://shop/release",
                "release.pub",
                "env://RELEASE"
            })
    void isFetchedOnceAndNotAgain(String reference) {
        KeySources sources = sources(Duration.ofHours(1));
        assertThat(fetch(sources, reference)).isEqualTo(OLD);
        int asked = asked();
        servers.key(NEW);
        assertThat(fetch(sources, reference)).isEqualTo(OLD);
        assertThat(asked()).isEqualTo(asked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                KeyServers.AWS,
                KeyServers.AZURE,
                KeyServers.GOOGLE,
                KeyServers.VAULT,
                "k8s://shop/release",
                "release.pub"
            })
    void aRotatedKeyIsSeenWhenItIsTime(String reference) throws IOException {
        KeySources sources = sources(Duration.ZERO);
        assertThat(fetch(sources, reference)).isEqualTo(OLD);
        servers.key(NEW);
        local(NEW);
        assertThat(fetch(sources, reference)).isEqualTo(NEW);
    }

    /** Web servers are asked when a configuration is put in force, and not in between. */
    @Test
    void aWebServerIsAskedAgainByTheNextConfiguration() {
        KeySources sources = sources(Duration.ZERO);
        assertThat(fetch(sources, KeyServers.WEB)).isEqualTo(OLD);
        servers.key(NEW);
        assertThat(fetch(sources, KeyServers.WEB)).isEqualTo(OLD);
        sources.prepare(reference(KeyServers.WEB));
        assertThat(fetch(sources, KeyServers.WEB)).isEqualTo(NEW);
    }

    /** What the last configuration had is used for an hour, as with every other source. */
    @Test
    void aWebServerThatIsGoneWhenAskedAgainLeavesTheKeyForAnHour() {
        AtomicLong time = new AtomicLong();
        KeySources sources = sources(Duration.ZERO, time::get);
        assertThat(fetch(sources, KeyServers.WEB)).isEqualTo(OLD);
        servers.vanish();
        time.addAndGet(Duration.ofDays(30).toNanos());
        assertThat(fetch(sources, KeyServers.WEB)).as("not asked again").isEqualTo(OLD);

        sources.prepare(reference(KeyServers.WEB));
        assertThat(fetch(sources, KeyServers.WEB)).isEqualTo(OLD);
        time.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThat(fetch(sources, KeyServers.WEB)).isEqualTo(OLD);
        time.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(refused(sources, KeyServers.WEB).inconclusive()).isTrue();
        servers.key(NEW).appear();
        assertThat(fetch(sources, KeyServers.WEB)).isEqualTo(NEW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                KeyServers.AWS,
                KeyServers.AZURE,
                KeyServers.GOOGLE,
                KeyServers.VAULT,
                KeyServers.WEB,
                "k8s://shop/release"
            })
    void whoeverIsForbiddenForgetsTheKey(String reference) {
        KeySources sources = sources(Duration.ZERO);
        assertThat(fetch(sources, reference)).isEqualTo(OLD);
        servers.mode(Mode.FORBID);
        cluster.fail(SECRET, 403);
        sources.prepare(reference(reference));
        assertThat(refused(sources, reference).kind()).isEqualTo(Kind.UNAUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {KeyServers.AWS, KeyServers.AZURE, KeyServers.GOOGLE, KeyServers.VAULT, "k8s://shop/release"})
    void whoeverIsGoneLeavesTheKeyButGivesNoFirstOne(String reference) {
        KeySources sources = sources(Duration.ZERO);
        assertThat(fetch(sources, reference)).isEqualTo(OLD);
        servers.mode(Mode.FAIL);
        cluster.fail(SECRET, 503);
        assertThat(fetch(sources, reference)).isEqualTo(OLD);
        assertThat(refused(sources(Duration.ZERO), reference).kind()).isEqualTo(Kind.STATUS);
        servers.vanish();
        cluster.close();
        assertThat(fetch(sources, reference)).isEqualTo(OLD);
        assertThat(refused(sources(Duration.ZERO), reference).inconclusive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                KeyServers.AWS,
                KeyServers.AZURE,
                KeyServers.GOOGLE,
                KeyServers.VAULT,
                KeyServers.WEB,
                "k8s://shop/release",
                "release.pub",
                "env://RELEASE"
            })
    void aKeyThatNobodyShouldTrustIsNone(String reference) throws IOException {
        servers.key(WEAK);
        local(WEAK);
        assertThat(Assertions.catchThrowable(() -> fetch(sources(Duration.ZERO), reference)))
                .isInstanceOf(UnusableKeyException.class)
                .hasMessageContaining("1024 bits");
    }

    @ParameterizedTest
    @ValueSource(strings = {KeyServers.AWS, KeyServers.AZURE, KeyServers.GOOGLE, KeyServers.VAULT, KeyServers.WEB})
    void aFloodIsNoKey(String reference) {
        servers.mode(Mode.FLOOD);
        assertThat(refused(sources(Duration.ZERO), reference).kind()).isEqualTo(Kind.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {KeyServers.AWS, KeyServers.AZURE, KeyServers.GOOGLE, KeyServers.VAULT, KeyServers.WEB})
    void whoeverKeepsSilentCostsNoMoreThanTheDeadline(String reference) {
        servers.mode(Mode.STALL);
        KeySources sources = sources(Duration.ZERO);
        long begun = System.nanoTime();
        sources.prepare(reference(reference));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
        LookupException late = Assertions.catchThrowableOfType(
                LookupException.class, () -> sources.key(reference(reference), Deadline.after(Duration.ofMillis(200))));
        assertThat(late.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(14));
    }

    // ---- credentials ----

    @ParameterizedTest
    @CsvSource({
        KeyServers.AWS + ", AWS_SECRET_ACCESS_KEY, SignatureDoesNotMatch",
        KeyServers.AWS + ", AWS_ACCESS_KEY_ID, InvalidScope",
        KeyServers.AZURE + ", AZURE_CLIENT_ID, gave no credentials (status 401)",
        KeyServers.AZURE + ", AZURE_TENANT_ID, gave no credentials (status 401)",
        KeyServers.VAULT + ", VAULT_TOKEN, gave no key (status 403)"
    })
    void othersCredentialsOpenNothing(String reference, String variable, String said) {
        environment.put(variable, "other");
        LookupException refused = refused(sources(Duration.ZERO), reference);
        assertThat(refused.kind()).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(refused).hasMessageContaining(said);
    }

    @Test
    void amazonByWebIdentityAndInTheRegionOfTheKey() {
        environment.remove("AWS_ACCESS_KEY_ID");
        environment.remove("AWS_REGION");
        environment.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/verifier");
        environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", environment.get("AZURE_FEDERATED_TOKEN_FILE"));
        assertThat(fetch(sources(Duration.ZERO), "awskms:///arn:aws:kms:eu-central-1:123456789012:alias/release"))
                .isEqualTo(OLD);
        assertThat(servers.log())
                .containsExactly(
                        "sts.eu-central-1.amazonaws.com POST / 200", "kms.eu-central-1.amazonaws.com POST / 200");
        environment.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/other");
        assertThat(refused(sources(Duration.ZERO), "awskms:///arn:aws:kms:eu-central-1:123456789012:alias/release")
                        .kind())
                .isEqualTo(Kind.UNAUTHORIZED);
    }

    @Test
    void amazonsServiceElsewhere() {
        assertThat(fetch(sources(Duration.ZERO), "awskms://kms.example/alias/release"))
                .isEqualTo(OLD);
        assertThat(servers.log()).containsExactly("kms.example POST / 200");
        assertThat(refused(sources(Duration.ZERO), "awskms:///alias/other"))
                .hasMessageContaining("NotFoundException")
                .extracting(LookupException::kind)
                .isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void amazonByTheMachine() {
        environment.remove("AWS_ACCESS_KEY_ID");
        environment.remove("AWS_REGION");
        try (EmbeddedRegistry machine = EmbeddedRegistry.open()) {
            environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.base());
            String roles = "/latest/meta-data/iam/security-credentials/";
            answers(machine, "/latest/api/token", "imds");
            answers(machine, "/latest/meta-data/placement/region", "eu-central-1");
            answers(machine, roles, "node");
            answers(
                    machine,
                    roles + "node",
                    "{\"AccessKeyId\":\"ASIA\",\"SecretAccessKey\":\"temporary\",\"Token\":\"session-1\"}");
            assertThat(fetch(sources(Duration.ZERO), KeyServers.AWS)).isEqualTo(OLD);
        }
    }

    @Test
    void azureWithASecretAndByTheMachine() {
        environment.remove("AZURE_FEDERATED_TOKEN_FILE");
        environment.put("AZURE_CLIENT_SECRET", "cl!ent&secret");
        assertThat(fetch(sources(Duration.ZERO), KeyServers.AZURE)).isEqualTo(OLD);
        environment.remove("AZURE_CLIENT_SECRET");
        try (EmbeddedRegistry machine = EmbeddedRegistry.open()) {
            environment.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", machine.base());
            answers(machine, "/metadata/identity/oauth2/token", "{\"access_token\":\"entra-1\"}");
            assertThat(fetch(sources(Duration.ZERO), KeyServers.AZURE)).isEqualTo(OLD);
            assertThat(machine.log().getFirst().path()).contains("resource=https%3A%2F%2Fvault.azure.net");
        }
    }

    @Test
    void googleByTheMetadataServer() {
        environment.remove("GOOGLE_APPLICATION_CREDENTIALS");
        try (EmbeddedRegistry machine = EmbeddedRegistry.open()) {
            environment.put("GCE_METADATA_HOST", machine.host());
            answers(
                    machine,
                    "/computeMetadata/v1/instance/service-accounts/default/token",
                    "{\"access_token\":\"google-1\",\"expires_in\":300}");
            assertThat(fetch(sources(Duration.ZERO), KeyServers.GOOGLE)).isEqualTo(OLD);
        }
    }

    @Test
    void googlesNewestEnabledVersionOrTheOneThatIsNamed() {
        assertThat(fetch(sources(Duration.ZERO), KeyServers.GOOGLE)).isEqualTo(OLD);
        assertThat(servers.log().getLast()).contains("/cryptoKeyVersions/10/publicKey 200");
        assertThat(fetch(sources(Duration.ZERO), KeyServers.GOOGLE + "/versions/10"))
                .isEqualTo(OLD);
        assertThat(refused(sources(Duration.ZERO), KeyServers.GOOGLE + "/versions/9")
                        .kind())
                .isEqualTo(Kind.NOT_FOUND);
    }

    @ParameterizedTest
    @CsvSource({"{}, has no type", "{\"type\":\"external_account\"}, of type external_account", "[], no JSON object"})
    void anAccountThatIsNotUnderstoodIsNamed(String json, String said) throws IOException {
        Path file = Files.writeString(directory.resolve("account.json"), json);
        environment.put("GOOGLE_APPLICATION_CREDENTIALS", file.toString());
        assertThat(refused(sources(Duration.ZERO), KeyServers.GOOGLE)).hasMessageContaining(said);
    }

    @Test
    void vaultByTheServiceAccountAndByTheUsersFile() throws IOException {
        environment.remove("VAULT_TOKEN");
        environment.put("VAULT_ROLE", "verifier");
        environment.put("VAULT_JWT_FILE", environment.get("AZURE_FEDERATED_TOKEN_FILE"));
        assertThat(fetch(sources(Duration.ZERO), KeyServers.VAULT)).isEqualTo(OLD);
        environment.put("VAULT_ROLE", "other");
        assertThat(refused(sources(Duration.ZERO), KeyServers.VAULT).kind()).isEqualTo(Kind.UNAUTHORIZED);
        environment.remove("VAULT_ROLE");
        environment.put("HOME", directory.toString());
        assertThat(refused(sources(Duration.ZERO), KeyServers.VAULT).kind()).isEqualTo(Kind.UNAUTHORIZED);
        Files.writeString(directory.resolve(".vault-token"), "vault-1");
        assertThat(fetch(sources(Duration.ZERO), KeyServers.VAULT)).isEqualTo(OLD);
    }

    @ParameterizedTest
    @CsvSource({
        "VAULT_ADDR, http://vault.example, no token is sent there",
        "VAULT_ADDR, ftp://vault.example, no address",
        "VAULT_ADDR, '', VAULT_ADDR is not set",
        "TRANSIT_SECRET_ENGINE_PATH, ../sys, not made of names",
        "VAULT_CACERT, /dev/null, no certificates"
    })
    void aVaultThatCannotBeAskedIsNamed(String variable, String value, String said) {
        environment.put(variable, value);
        assertThat(refused(sources(Duration.ZERO), KeyServers.VAULT)).hasMessageContaining(said);
        assertThat(servers.log()).isEmpty();
    }

    @Test
    void vaultsEdwardsKeys() throws GeneralSecurityException {
        PublicKey edwards =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        servers.key(edwards);
        assertThat(fetch(sources(Duration.ZERO), KeyServers.VAULT)).isEqualTo(edwards);
    }

    // ---- what is on this machine ----

    @Test
    void whatIsMissingHereIsKnownAtOnce() throws IOException {
        KeySources sources = sources(Duration.ZERO);
        assertThat(sources.trouble(reference("release.pub"))).isEmpty();
        assertThat(sources.trouble(reference("env://RELEASE"))).isEmpty();
        assertThat(sources.trouble(reference("other.pub")))
                .hasValueSatisfying(text -> assertThat(text).contains("other.pub cannot be read"));
        assertThat(sources.trouble(reference("env://OTHER"))).hasValue("the variable OTHER is not set");
        local(WEAK);
        assertThat(sources.trouble(reference("release.pub"))).isPresent();
        assertThat(sources.trouble(reference(KeyServers.AWS))).isEmpty();
        assertThat(servers.log()).isEmpty();
    }

    @Test
    void aSecretNeedsItsEntryAndACluster() {
        cluster.put(SECRET, "{'data':{'cosign.key':'eA=='}}");
        assertThat(refused(sources(Duration.ZERO), "k8s://shop/release").kind()).isEqualTo(Kind.NOT_FOUND);
        cluster.put(SECRET, "{'data':{'cosign.pub':'?'}}");
        assertThat(refused(sources(Duration.ZERO), "k8s://shop/release").kind()).isEqualTo(Kind.MALFORMED);
        KeySources nowhere =
                new KeySources(transport(), new Lookups(), Optional.empty(), surroundings(), Duration.ZERO);
        assertThat(refused(nowhere, "k8s://shop/release")).hasMessageContaining("no cluster");
    }

    // ---- helpers ----

    private int asked() {
        return servers.log().size() + cluster.asked().size();
    }

    private void local(PublicKey key) throws IOException {
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        Files.writeString(directory.resolve("release.pub"), pem);
        environment.put("RELEASE", pem);
        String base64 = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
        cluster.put(SECRET, "{'data':{'cosign.pub':'" + base64 + "'}}");
    }

    private static void answers(EmbeddedRegistry machine, String path, String body) {
        machine.on(path, (exchange, usual, end) -> Answer.of(200, body).send(exchange));
    }

    private HttpTransport transport() {
        HttpTransport transport = new HttpTransport(servers.network());
        open.add(transport);
        return transport;
    }

    private Surroundings surroundings() {
        return new Surroundings(environment, InstantSource.system());
    }

    private KeySources sources(Duration refresh) {
        return sources(refresh, System::nanoTime);
    }

    private KeySources sources(Duration refresh, LongSupplier nanoTime) {
        HttpTransport transport = transport();
        KubernetesApi api = new KubernetesApi(transport, new dev.connaisseur.kubernetes.Lookups(), cluster.access());
        return new KeySources(transport, new Lookups(), Optional.of(api), surroundings(), refresh, nanoTime);
    }

    private KeyReference reference(String text) {
        return KeyReference.parse(text, directory.resolve("config.yaml"));
    }

    private PublicKey fetch(KeySources sources, String reference) {
        return sources.key(reference(reference), Deadline.after(Duration.ofSeconds(20)));
    }

    private LookupException refused(KeySources sources, String reference) {
        LookupException refused =
                Assertions.catchThrowableOfType(LookupException.class, () -> fetch(sources, reference));
        assertThat(refused).as(reference).isNotNull();
        return refused;
    }

    private static PublicKey key(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PublicKey weak() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(1024);
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

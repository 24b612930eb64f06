package dev.connaisseur.validator.notaryv1;

import static dev.connaisseur.validator.Reason.INCONCLUSIVE;
import static dev.connaisseur.validator.Reason.MALFORMED_SIGNATURE;
import static dev.connaisseur.validator.Reason.TIMED_OUT;
import static dev.connaisseur.validator.Reason.UNAUTHORIZED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.connaisseur.image.Digest;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.testing.Access;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryLab;
import dev.connaisseur.testing.NotaryRepository;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.validator.Expiry;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of the server, how often, with which credentials, and what happens when it does not answer as it should. */
final class NotaryV1RequestsTest {
    private static final Digest A = Digest.of("a".getBytes(StandardCharsets.UTF_8));
    private static final String NAME = "registry.example/team/app";
    private static final String IMAGE = NAME + ":v1";

    private final NotaryRepository repository = NotaryRepository.create().target("v1", A);

    private Validator validator(NotaryLab lab) {
        lab.server().put(NAME, repository.publish());
        return lab.validator(repository.key("root").pem());
    }

    // ---- how often ----

    @Test
    void aColdAdmissionCostsFourRequestsAndARepeatOne() {
        try (NotaryLab lab = new NotaryLab()) {
            Validator validator = validator(lab);
            assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
            assertThat(lab.server().served())
                    .containsExactlyInAnyOrder(
                            NAME + " root", NAME + " targets", NAME + " snapshot", NAME + " timestamp");

            lab.server().clearLog();
            assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
            assertThat(lab.admitted(validator, NAME + "@" + A)).isEqualTo(A);
            assertThat(lab.server().served()).containsExactly(NAME + " timestamp", NAME + " timestamp");
        }
    }

    @Test
    void tellsWhenTheRolesInUseExpire() {
        try (NotaryLab lab = new NotaryLab()) {
            Validator validator = validator(lab);
            assertThat(validator.expiries()).isEmpty();
            assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
            assertThat(validator.expiries())
                    .extracting(Expiry::kind, expiry -> expiry.name().replaceFirst(".*/", ""))
                    .containsExactly(
                            tuple("notary-role", "root"),
                            tuple("notary-role", "snapshot"),
                            tuple("notary-role", "targets"),
                            tuple("notary-role", "timestamp"));
            assertThat(validator.expiries())
                    .allSatisfy(expiry -> assertThat(expiry.at()).isAfter(Instant.parse("2026-01-01T00:00:00Z")));
        }
    }

    @Test
    void delegationsAreKeptTooAndOnlyWhatChangedIsFetchedAgain() {
        try (NotaryLab lab = new NotaryLab()) {
            repository
                    .delegation("targets/alice", NotaryKey.ecdsa())
                    .target("targets/alice", "v1", A)
                    .delegation("targets/bob", NotaryKey.ecdsa())
                    .target("targets/bob", "v1", A);
            RuleOptions both = NotaryLab.requiring("alice", "bob");
            Validator validator = validator(lab);
            assertThat(lab.admitted(validator, IMAGE, both)).isEqualTo(A);
            assertThat(lab.server().served()).hasSize(6);

            lab.server().clearLog();
            assertThat(lab.admitted(validator, IMAGE, both)).isEqualTo(A);
            assertThat(lab.server().served()).containsExactly(NAME + " timestamp");

            lab.server().clearLog();
            lab.server()
                    .put(
                            NAME,
                            repository
                                    .next("targets/bob", "snapshot", "timestamp")
                                    .publish());
            assertThat(lab.admitted(validator, IMAGE, both)).isEqualTo(A);
            // ECDSA signs the unchanged roles differently every time, so only Ed25519 would leave their files as they
            // are.
            assertThat(lab.server().served()).startsWith(NAME + " timestamp", NAME + " snapshot");
        }
    }

    @Test
    void filesThatAreReplacedWhileWeReadAreFetchedAgain() {
        try (NotaryLab lab = new NotaryLab()) {
            Validator validator = validator(lab);
            Map<String, byte[]> before = repository.publish();
            lab.server()
                    .put(
                            NAME,
                            repository.next("targets", "snapshot", "timestamp").publish());
            byte[] old = before.getOrDefault("targets", new byte[0]);
            lab.server().on(NAME, "targets", Fault.first(1, Fault.bytes(old)));

            assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
            assertThat(lab.server().served()).hasSize(5).endsWith(NAME + " targets");
        }
    }

    // ---- credentials ----

    private static final String SECRET = "auth:\n  secretName: notary\n";

    private static NotaryLab authenticated(Path secrets, String secret, RegistryAuth auth) throws IOException {
        Files.createDirectories(secrets.resolve("notary"));
        Files.writeString(secrets.resolve("notary/secret.yaml"), secret);
        return new NotaryLab(NotaryFixture.open(null, auth)).with(SECRET, secrets);
    }

    @Test
    void answersAChallengeForATokenOnce(@TempDir Path secrets) throws IOException {
        try (NotaryLab lab =
                authenticated(secrets, "username: robot\npassword: s3cret\n", RegistryAuth.bearer("robot", "s3cret"))) {
            Validator validator = validator(lab);
            assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
            assertThat(lab.server().log().stream().filter(Access::token))
                    .singleElement()
                    .satisfies(token -> assertThat(token.path())
                            .contains("scope=repository%3Aregistry.example%2Fteam%2Fapp%3Apull"));
            assertThat(lab.server().log().stream().filter(access -> access.status() == 401))
                    .hasSize(1);

            lab.server().clearLog();
            assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
            assertThat(lab.server().log()).hasSize(1).allMatch(Access::authorized);
        }
    }

    @Test
    void answersABasicChallenge(@TempDir Path secrets) throws IOException {
        try (NotaryLab lab =
                authenticated(secrets, "username: robot\npassword: s3cret\n", RegistryAuth.basic("robot", "s3cret"))) {
            assertThat(lab.admitted(validator(lab), IMAGE)).isEqualTo(A);
        }
    }

    @Test
    void wrongCredentialsAreTold(@TempDir Path secrets) throws IOException {
        try (NotaryLab lab =
                authenticated(secrets, "username: robot\npassword: wrong\n", RegistryAuth.basic("robot", "s3cret"))) {
            refused(lab, UNAUTHORIZED, "error downloading trust data: error acquiring trust data root: ");
        }
    }

    @Test
    void credentialsOfAnotherRegistryAreNotSent(@TempDir Path secrets) throws IOException {
        try (NotaryLab lab = authenticated(
                secrets,
                "username: robot\npassword: s3cret\nregistry: registry.example\n",
                RegistryAuth.basic("robot", "s3cret"))) {
            refused(lab, UNAUTHORIZED, "asks for credentials, and none are configured");
            assertThat(lab.server().log()).noneMatch(Access::authorized);
        }
    }

    @Test
    void anonymousTokensWillDo() {
        try (NotaryLab lab = new NotaryLab(NotaryFixture.open(null, RegistryAuth.anonymousBearer()))) {
            assertThat(lab.admitted(validator(lab), IMAGE)).isEqualTo(A);
        }
    }

    // ---- certificates ----

    @Test
    void aPrivateAuthorityIsTrustedWhereItIsConfiguredOnly() {
        TestAuthority authority = TestAuthority.create("notary CA");
        String cert = "cert: |\n" + authority.pem().indent(2);
        String other = "cert: |\n" + TestAuthority.create("another CA").pem().indent(2);
        try (NotaryLab lab = new NotaryLab(NotaryFixture.open(authority.server(), RegistryAuth.none()))) {
            refused(lab, INCONCLUSIVE, "error pinging notary server: ");
            refused(lab.with(other, Path.of("target")), INCONCLUSIVE, "error pinging notary server: ");
            lab.with(cert, Path.of("target"));
            assertThat(lab.admitted(validator(lab), IMAGE)).isEqualTo(A);
        }
    }

    // ---- trouble ----

    private void refused(NotaryLab lab, Reason reason, String cause) {
        ValidationException refusal = lab.refused(validator(lab), IMAGE);
        assertThat(refusal).hasMessageContaining(cause);
        assertThat(refusal.reason()).isEqualTo(reason);
    }

    @Test
    void aServerThatIsGoneIsNoVerdict() {
        NotaryLab lab = new NotaryLab();
        Validator validator = validator(lab);
        assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
        lab.server().close();
        ValidationException refusal = lab.refused(validator, IMAGE);
        assertThat(refusal.reason()).isEqualTo(INCONCLUSIVE);
        assertThat(refusal).hasMessageStartingWith("error creating notary client: error pinging notary server: ");
        lab.close();
    }

    @ParameterizedTest
    @CsvSource({
        "500, INCONCLUSIVE, status 500",
        "502, INCONCLUSIVE, status 502",
        "418, INCONCLUSIVE, error acquiring trust data targets: status 418",
        "403, UNAUTHORIZED, error acquiring trust data targets: 403 Forbidden",
        "404, NO_SIGNATURE, error downloading trust data: error acquiring trust data targets: error acquiring trust data targets: 404 Not Found"
    })
    void aStatusThatIsNoFile(int status, Reason reason, String cause) {
        try (NotaryLab lab = new NotaryLab()) {
            lab.server().on(NAME, "targets", Fault.status(status));
            refused(lab, reason, cause);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "targets", "snapshot", "timestamp"})
    void aServerThatStallsIsCutOffByTheDeadline(String role) {
        try (NotaryLab lab = new NotaryLab().within(Duration.ofSeconds(3))) {
            lab.server().on(NAME, role, Fault.stallInBody(10));
            long start = System.nanoTime();
            refused(lab, TIMED_OUT, "error downloading trust data: error acquiring trust data " + role);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
        }
    }

    @Test
    void aFileWithoutEndIsCutOff() {
        try (NotaryLab lab = new NotaryLab()) {
            lab.server().on(NAME, "targets", Fault.endlessBody());
            refused(lab, MALFORMED_SIGNATURE, "error acquiring trust data targets");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "\"x\"", "{\"signed\":{},\"signed\":{}}", "{} {}", "\uFEFF{}"})
    void whatIsNoJsonObjectIsTold(String body) {
        try (NotaryLab lab = new NotaryLab()) {
            lab.server().on(NAME, "snapshot", Fault.bytes(body.getBytes(StandardCharsets.UTF_8)));
            refused(
                    lab,
                    MALFORMED_SIGNATURE,
                    "error downloading trust data: error acquiring trust data snapshot: "
                            + "error unmarshalling trust data snapshot: ");
        }
    }

    @Test
    void manyDelegationNamesOfAHostileServerCostNoTime() {
        try (NotaryLab lab = new NotaryLab()) {
            repository
                    .delegation("targets/alice", NotaryKey.ecdsa())
                    .target("targets/alice", "v1", A)
                    .edit("snapshot", signed -> hostileNames(signed));
            Validator validator = validator(lab);
            long start = System.nanoTime();
            assertThat(lab.admitted(validator, IMAGE, NotaryLab.requiring("alice")))
                    .isEqualTo(A);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    private static jakarta.json.JsonObject hostileNames(jakarta.json.JsonObject signed) {
        var meta = jakarta.json.Json.createObjectBuilder(signed.getJsonObject("meta"));
        for (int i = 0; i < 20; i++) {
            meta.add(
                    "targets/" + "a".repeat(50_000) + i + "!",
                    signed.getJsonObject("meta").getJsonObject("root"));
        }
        return jakarta.json.Json.createObjectBuilder(signed).add("meta", meta).build();
    }

    // ---- F12 and rows 51, 53: old, but not yet expired ----

    @Test
    void staleFilesAreAcceptedUntilTheyExpire() {
        try (NotaryLab lab = new NotaryLab()) {
            Instant expiry = NotaryLab.NOW.plus(Duration.ofDays(14));
            repository.expires("timestamp", expiry);
            Validator validator = validator(lab);
            assertThat(lab.at(expiry).admitted(validator, IMAGE)).isEqualTo(A);
            assertThat(lab.at(expiry.plusNanos(1)).refused(validator, IMAGE).reason())
                    .isEqualTo(Reason.EXPIRED);
        }
    }
}

package dev.connaisseur.validator.notaryv1;

import static dev.connaisseur.validator.Reason.EXPIRED;
import static dev.connaisseur.validator.Reason.INCONSISTENT;
import static dev.connaisseur.validator.Reason.ROLLBACK;
import static dev.connaisseur.validator.Reason.UNTRUSTED_SIGNER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.json.StrictJson;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryLab;
import dev.connaisseur.testing.NotaryRepository;
import dev.connaisseur.testing.Zoo;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The zoo's files with one thing changed, each refused for its own reason, each beside its positive twin. */
final class ZooTwinsTest {
    private static final String NAME = "registry.example/zoo/nv1-deleg";
    private static final String IMAGE = NAME + ":both";
    private static final RuleOptions BOTH = NotaryLab.requiring("phbelitz", "daugustin");

    private final NotaryLab lab = new NotaryLab();
    private final Map<String, byte[]> files = zoo("nv1-deleg");

    @AfterEach
    void close() {
        lab.close();
    }

    private static Map<String, byte[]> zoo(String repository) {
        return new TreeMap<>(NotaryFixture.read(Zoo.DIRECTORY.resolve("notary").resolve(repository)));
    }

    private byte[] file(String role) {
        return Objects.requireNonNull(files.get(role), role);
    }

    /** Without cached files: what was verified before would not be fetched again. */
    private Validator fresh() {
        return lab.validator(Zoo.key("nv1-deleg-root"));
    }

    private void admitted() {
        lab.server().put(NAME, files);
        assertThat(lab.admitted(fresh(), IMAGE, BOTH))
                .hasToString("sha256:7e5912612e7c20559bf99ca72324a9082556328b814b3a0dc742edaa35d4e58a");
    }

    private void refused(Reason reason, String cause) {
        lab.server().put(NAME, files);
        ValidationException refusal = lab.refused(fresh(), IMAGE, BOTH);
        assertThat(refusal).hasMessageContaining(cause);
        assertThat(refusal.reason()).isEqualTo(reason);
    }

    @Test
    void asItIs() {
        admitted();
    }

    @Test
    void anotherPinnedKey() {
        lab.server().put(NAME, files);
        ValidationException refusal = lab.refused(lab.validator(Zoo.key("alice")), IMAGE, BOTH);
        assertThat(refusal.reason()).isEqualTo(UNTRUSTED_SIGNER);
        assertThat(refusal)
                .hasMessageContaining("error validating trust data: error validating root: "
                        + "error validating root signature with key ")
                .hasMessageContaining(": signature was invalid");
    }

    @ParameterizedTest
    @CsvSource({
        "root, error validating root signature with key",
        "targets, error validating targets signatures",
        "snapshot, error validating snapshot signatures",
        "timestamp, error validating timestamp signatures",
        "targets/phbelitz, error validating delegation targets/phbelitz signatures",
        "targets/daugustin, error validating delegation targets/daugustin signatures"
    })
    void oneBitOfASignature(String role, String cause) {
        admitted();
        JsonObject json = StrictJson.parseObject(file(role));
        JsonObject signature = json.getJsonArray("signatures").getJsonObject(0);
        byte[] bytes = Base64.getDecoder().decode(signature.getString("sig"));
        bytes[bytes.length / 2] ^= 4;
        files.put(
                role,
                bytes(Json.createObjectBuilder(json)
                        .add(
                                "signatures",
                                Json.createArrayBuilder()
                                        .add(Json.createObjectBuilder(signature)
                                                .add("sig", Base64.getEncoder().encodeToString(bytes))))));
        refused(UNTRUSTED_SIGNER, cause);
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "targets", "snapshot", "timestamp", "targets/phbelitz", "targets/daugustin"})
    void theContentOfARole(String role) {
        admitted();
        files.put(
                role,
                edited(
                        file(role),
                        signed -> Json.createObjectBuilder(signed)
                                .add("version", signed.getInt("version") + 1)
                                .build()));
        refused(UNTRUSTED_SIGNER, role.equals("root") ? "signature was invalid" : role + " signatures");
    }

    @Test
    void anotherRepositorysTargets() {
        files.put("targets", zoo("nv1").get("targets"));
        refused(UNTRUSTED_SIGNER, "error validating targets signatures");
    }

    @Test
    void anotherRepositoryAltogether() {
        files.putAll(zoo("nv1"));
        // One root key for all repositories of a signer: what is signed for another one has other tags, or other
        // digests.
        refused(Reason.REQUIRED_SIGNER, "no delegations found for validator default");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-12-05T19:41:54.390777034Z, ",
        "2026-12-05T19:41:54.390777035Z, timestamp trust data expired",
        "2029-11-20T19:41:53.903899078Z, targets trust data expired",
        "2036-11-18T19:41:52.792677056Z, root trust data expired"
    })
    void theClockPastAnExpiry(Instant now, String cause) {
        lab.at(now);
        if (cause == null) {
            admitted();
        } else {
            refused(EXPIRED, cause);
        }
    }

    // ---- with keys of our own: the same repository, signed again ----

    private final NotaryRepository own = NotaryRepository.create()
            .target("v1", dev.connaisseur.image.Digest.of("v1".getBytes(StandardCharsets.UTF_8)))
            .delegation("targets/releases", NotaryKey.rsaX509())
            .target("targets/releases", "v1", dev.connaisseur.image.Digest.of("v1".getBytes(StandardCharsets.UTF_8)));

    private void ownAdmitted() {
        lab.server().put("registry.example/own", own.publish());
        assertThat(lab.admitted(lab.validator(own.key("root").pem()), "registry.example/own:v1"))
                .isNotNull();
    }

    private void ownRefused(Reason reason, String cause) {
        lab.server().put("registry.example/own", own.publish());
        ValidationException refusal = lab.refused(lab.validator(own.key("root").pem()), "registry.example/own:v1");
        assertThat(refusal).hasMessageContaining(cause);
        assertThat(refusal.reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "targets", "snapshot", "timestamp", "targets/releases"})
    void eachRoleExpired(String role) {
        own.expires(role, NotaryLab.NOW);
        ownAdmitted();
        own.expires(role, NotaryLab.NOW.minusNanos(1));
        ownRefused(EXPIRED, role + " trust data expired");
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "targets", "snapshot", "targets/releases"})
    void theLengthOfARole(String role) {
        ownAdmitted();
        own.declare(
                role, entry -> Json.createObjectBuilder(entry).add("length", 1).build());
        ownRefused(INCONSISTENT, "error validating " + role + " checksums: length is ");
    }

    @ParameterizedTest
    @CsvSource({
        "root, sha256", "targets, sha256", "snapshot, sha256", "targets/releases, sha256",
        "root, sha512", "targets, sha512", "snapshot, sha512", "targets/releases, sha512"
    })
    void theHashOfARole(String role, String algorithm) {
        ownAdmitted();
        own.declare(
                role,
                entry -> Json.createObjectBuilder(entry)
                        .add(
                                "hashes",
                                Json.createObjectBuilder(entry.getJsonObject("hashes"))
                                        .add(
                                                algorithm,
                                                Base64.getEncoder()
                                                        .encodeToString(
                                                                new byte[algorithm.equals("sha256") ? 32 : 64])))
                        .build());
        ownRefused(INCONSISTENT, "error validating " + role + " checksums: " + algorithm + " is ");
    }

    @Test
    void anOlderTimestampGeneration() {
        Map<String, byte[]> older = own.publish();
        own.next("timestamp");
        ownAdmitted();
        lab.server().put("registry.example/own", older);
        ValidationException refusal = lab.refused(lab.validator(own.key("root").pem()), "registry.example/own:v1");
        assertThat(refusal.reason()).isEqualTo(ROLLBACK);
        assertThat(refusal)
                .hasMessageContaining(
                        "the server offers timestamp version 1, but version 2 was seen at 2026-11-22T12:00:00Z");
    }

    /** Row 52: files of two genuine generations, without any memory. */
    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets", "targets/releases"})
    void filesOfTwoGenerationsMixed(String old) {
        Map<String, byte[]> older = own.publish();
        Map<String, byte[]> mixed = new TreeMap<>(
                own.next("targets", "targets/releases", "snapshot", "timestamp").publish());
        mixed.put(old, older.get(old));
        lab.server().put("registry.example/own", mixed);
        ValidationException refusal = lab.refused(lab.validator(own.key("root").pem()), "registry.example/own:v1");
        assertThat(refusal.reason()).isEqualTo(INCONSISTENT);
    }

    private static byte[] edited(byte[] file, UnaryOperator<JsonObject> change) {
        JsonObject json = StrictJson.parseObject(file);
        return bytes(Json.createObjectBuilder(json).add("signed", change.apply(json.getJsonObject("signed"))));
    }

    private static byte[] bytes(JsonObjectBuilder json) {
        return json.build().toString().getBytes(StandardCharsets.UTF_8);
    }
}

package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.Bend.before;
import static dev.connaisseur.tuf.Bend.hash;
import static dev.connaisseur.tuf.Bend.many;
import static dev.connaisseur.tuf.Bend.number;
import static dev.connaisseur.tuf.Bend.raw;
import static dev.connaisseur.tuf.Bend.renamed;
import static dev.connaisseur.tuf.Bend.text;
import static dev.connaisseur.tuf.Bend.without;
import static dev.connaisseur.tuf.MetadataException.Fault.EXPIRED;
import static dev.connaisseur.tuf.MetadataException.Fault.INCONSISTENT;
import static dev.connaisseur.tuf.MetadataException.Fault.MALFORMED;
import static dev.connaisseur.tuf.MetadataException.Fault.THRESHOLD;
import static dev.connaisseur.tuf.MetadataException.Fault.UNSIGNED;
import static dev.connaisseur.tuf.MetadataException.Fault.UNTRUSTED;
import static dev.connaisseur.tuf.Wrong.wrong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryRepository;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A repository that verifies, and the same with one thing wrong. */
final class TrustedRolesTest {
    private static final Digest DIGEST = new Digest("a".repeat(64));
    private static final NotaryKey OTHER = NotaryKey.ecdsa();

    private static NotaryRepository repository() {
        return NotaryRepository.create().target("v1", DIGEST);
    }

    @Test
    void verifies() {
        TrustedRoles trusted = Roles.verify(repository());

        assertThat(trusted.targets().sha256("v1")).contains(DIGEST.hex());
        assertThat(trusted.targets().sha256("v2")).isEmpty();
        assertThat(trusted.targets().sha256("v")).isEmpty();
        assertThat(trusted.targets().signs(DIGEST.hex())).isTrue();
        assertThat(trusted.targets().signs("b".repeat(64))).isFalse();
    }

    @ParameterizedTest
    @MethodSource
    void verifiesWithEveryKindOfKey(NotaryKey key) {
        for (String role : List.of("root", "targets", "snapshot", "timestamp")) {
            if (!(role.equals("root") && key.type().equals("ed25519"))) {
                assertThat(Roles.verify(repository().keys(role, key)).targets().sha256("v1"))
                        .isPresent();
            }
        }
    }

    static Stream<NotaryKey> verifiesWithEveryKindOfKey() {
        return Stream.of(
                NotaryKey.ecdsa(),
                NotaryKey.ecdsa("secp384r1"),
                NotaryKey.ecdsaX509(),
                NotaryKey.rsa("rsapss"),
                NotaryKey.rsa("rsapkcs1v15"),
                NotaryKey.rsaX509(),
                NotaryKey.ed25519());
    }

    static Stream<Wrong> wrongs() {
        return Stream.of(
                // Signatures
                wrong("root signed by another key", r -> r.signers("root", OTHER), UNTRUSTED, "signature was invalid"),
                wrong("root without signature", r -> r.signers("root"), UNSIGNED, "no signatures found for root"),
                wrong("targets by another key", r -> r.signers("targets", OTHER), UNTRUSTED, "validating targets sign"),
                wrong(
                        "targets by the snapshot key",
                        r -> r.signers("targets", r.key("snapshot")),
                        UNTRUSTED,
                        "targets"),
                wrong(
                        "targets without signature",
                        r -> r.signers("targets"),
                        UNSIGNED,
                        "no signatures found for targets"),
                wrong(
                        "snapshot by another key",
                        r -> r.signers("snapshot", OTHER),
                        UNTRUSTED,
                        "validating snapshot sign"),
                wrong("timestamp by another key", r -> r.signers("timestamp", OTHER), UNTRUSTED, "timestamp sign"),
                wrong(
                        "unknown method",
                        r -> r.signers("targets", r.key("targets").by("hs256")),
                        UNTRUSTED,
                        "targets"),
                wrong(
                        "another key under the right ID",
                        r -> r.bend("targets", file -> renamed(file, OTHER, r.key("targets"))),
                        UNTRUSTED,
                        "0 of 1"),
                // Times
                wrong("root expired", r -> r.expires("root", before()), EXPIRED, "root trust data expired"),
                wrong("targets expired", r -> r.expires("targets", before()), EXPIRED, "targets trust data expired"),
                wrong("snapshot expired", r -> r.expires("snapshot", before()), EXPIRED, "snapshot trust data expired"),
                wrong(
                        "timestamp expired",
                        r -> r.expires("timestamp", before()),
                        EXPIRED,
                        "timestamp trust data expired"),
                // Checksums
                wrong(
                        "root hash",
                        r -> r.declare("root", e -> hash(e, "sha256")),
                        INCONSISTENT,
                        "root checksums: sha256"),
                wrong(
                        "targets hash",
                        r -> r.declare("targets", e -> hash(e, "sha256")),
                        INCONSISTENT,
                        "targets checksums"),
                wrong("targets sha512", r -> r.declare("targets", e -> hash(e, "sha512")), INCONSISTENT, "sha512 is "),
                wrong(
                        "snapshot hash",
                        r -> r.declare("snapshot", e -> hash(e, "sha256")),
                        INCONSISTENT,
                        "snapshot check"),
                wrong("root length", r -> r.declare("root", e -> number(e, "length", 7)), INCONSISTENT, "length is"),
                wrong(
                        "targets length",
                        r -> r.declare("targets", e -> number(e, "length", 7)),
                        INCONSISTENT,
                        "should be 7"),
                wrong(
                        "snapshot length",
                        r -> r.declare("snapshot", e -> number(e, "length", 7)),
                        INCONSISTENT,
                        "length"),
                wrong(
                        "targets version",
                        r -> r.declare("targets", e -> number(e, "version", 2)),
                        INCONSISTENT,
                        "version is 1"),
                // Structure
                wrong(
                        "type of another role",
                        r -> r.edit("targets", s -> text(s, "_type", "Snapshot")),
                        MALFORMED,
                        "expected type Targets"),
                wrong(
                        "type in lower case",
                        r -> r.edit("root", s -> text(s, "_type", "root")),
                        MALFORMED,
                        "expected type Root"),
                wrong("version 0", r -> r.version("targets", 0), MALFORMED, "version cannot be less than 1"),
                wrong("version -1", r -> r.version("snapshot", -1), MALFORMED, "version cannot be less than 1"),
                wrong(
                        "version as string",
                        r -> r.edit("targets", s -> text(s, "version", "5")),
                        MALFORMED,
                        "version is not an integer"),
                wrong(
                        "version 2^63",
                        r -> r.edit("targets", s -> raw(s, "version", "9223372036854775808")),
                        MALFORMED,
                        "version"),
                wrong("version 1e2", r -> r.edit("targets", s -> raw(s, "version", "1e2")), MALFORMED, "version"),
                wrong("version 1.0", r -> r.edit("targets", s -> raw(s, "version", "1.0")), MALFORMED, "version"),
                wrong("version 1e400", r -> r.edit("targets", s -> raw(s, "version", "1e400")), MALFORMED, "version"),
                wrong(
                        "expires is no time",
                        r -> r.edit("root", s -> text(s, "expires", "tomorrow")),
                        MALFORMED,
                        "expires"),
                wrong(
                        "expires without zone",
                        r -> r.edit("root", s -> text(s, "expires", "2036-01-01T00:00:00")),
                        MALFORMED,
                        "expires"),
                wrong(
                        "root without snapshot role",
                        r -> r.edit("root", s -> without(s, "roles", "snapshot")),
                        MALFORMED,
                        "missing snapshot"),
                wrong("threshold 0", r -> r.threshold("targets", 0), MALFORMED, "invalid threshold"),
                wrong("threshold -1", r -> r.threshold("timestamp", -1), MALFORMED, "invalid threshold"),
                wrong(
                        "key missing",
                        r -> r.edit(
                                "root", s -> without(s, "keys", r.key("targets").id())),
                        MALFORMED,
                        "without corresponding key"),
                wrong(
                        "snapshot without targets",
                        r -> r.edit("snapshot", s -> without(s, "meta", "targets")),
                        MALFORMED,
                        "missing targets sha256"),
                wrong(
                        "snapshot without sha256",
                        r -> r.declare("targets", e -> without(e, "hashes", "sha256")),
                        MALFORMED,
                        "missing targets sha256"),
                wrong(
                        "timestamp without snapshot",
                        r -> r.edit("timestamp", s -> without(s, "meta", "snapshot")),
                        MALFORMED,
                        "missing snapshot sha256"),
                wrong(
                        "short hash",
                        r -> r.declare("targets", e -> hash(e, "sha256", new byte[31])),
                        MALFORMED,
                        "31 bytes"),
                wrong(
                        "101 signatures",
                        r -> r.signers("targets", many(r.key("targets"), 101)),
                        MALFORMED,
                        "101 signatures"));
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void refuses(Wrong wrong) {
        NotaryRepository repository = repository();
        assertThat(Roles.verify(repository).targets().sha256("v1")).isPresent();

        wrong.change().accept(repository);

        assertThatThrownBy(() -> Roles.verify(repository))
                .isInstanceOfSatisfying(
                        MetadataException.class, e -> assertThat(e.fault()).isEqualTo(wrong.fault()))
                .hasMessageContaining(wrong.cause());
    }

    @Test
    void theLastInstantStillCounts() {
        NotaryRepository repository = repository().expires("timestamp", Roles.NOW);
        assertThat(Roles.verify(repository).targets().sha256("v1")).isPresent();
    }

    @Test
    void lengthsAndVersionsAreNotComparedIfOneSaysSo() {
        NotaryRepository repository =
                repository().declare("targets", e -> number(number(e, "length", 7), "version", 9));
        assertThat(Roles.verify(
                                repository.publish(),
                                Roles.NOW,
                                MetaFile.Comparison.HASHES_ONLY,
                                repository.key("root"))
                        .targets()
                        .sha256("v1"))
                .isPresent();
    }

    @Test
    void everyPinnedKeyMustHaveSignedTheRoot() {
        NotaryRepository repository = repository();
        NotaryKey own = repository.key("root");
        Map<String, byte[]> files = repository.signers("root", own, OTHER).publish();

        assertThat(Roles.verify(files, own).targets().sha256("v1")).isPresent();
        assertThat(Roles.verify(files, OTHER, own).targets().sha256("v1")).isPresent();
        assertThatThrownBy(() -> Roles.verify(files, own, NotaryKey.ecdsa()))
                .isInstanceOfSatisfying(
                        MetadataException.class, e -> assertThat(e.fault()).isEqualTo(UNTRUSTED));
    }

    @Test
    void aRootThatItsOwnKeysDidNotSignIsNone() {
        NotaryRepository repository = repository();
        Map<String, byte[]> files = repository.signers("root", OTHER).publish();

        assertThatThrownBy(() -> Roles.verify(files, OTHER))
                .isInstanceOfSatisfying(
                        MetadataException.class, e -> assertThat(e.fault()).isEqualTo(UNTRUSTED))
                .hasMessageContaining("error validating root version 1 with the keys of root version 1");
    }

    // ---- thresholds ----

    @Test
    void aThresholdCountsDistinctKeys() {
        NotaryKey a = NotaryKey.ecdsa();
        NotaryKey b = NotaryKey.rsa("rsapss");
        NotaryRepository repository = repository().keys("targets", a, b).threshold("targets", 2);

        assertThat(Roles.verify(repository).targets().sha256("v1")).isPresent();
        assertThatThrownBy(() -> Roles.verify(repository.signers("targets", a, a, a)))
                .isInstanceOfSatisfying(
                        MetadataException.class, e -> assertThat(e.fault()).isEqualTo(THRESHOLD))
                .hasMessageContaining("1 of 2 needed signatures");
    }

    @Test
    void oneKeyUnderTwoIdsCountsOnce() {
        NotaryKey plain = NotaryKey.ecdsa();
        NotaryKey certified = plain.as("ecdsa-x509", "ecdsa");
        NotaryRepository repository =
                repository().keys("targets", plain, certified).threshold("targets", 2);

        assertThatThrownBy(() -> Roles.verify(repository))
                .isInstanceOfSatisfying(
                        MetadataException.class, e -> assertThat(e.fault()).isEqualTo(THRESHOLD));
        assertThat(Roles.verify(repository.threshold("targets", 1)).targets().sha256("v1"))
                .isPresent();
    }

    @Test
    void aKeyUnderTheWrongIdSpoilsItsRole() {
        NotaryRepository repository = repository();
        NotaryKey key = repository.key("targets");
        UnaryOperator<JsonObject> swap = signed -> Json.createObjectBuilder(signed)
                .add(
                        "keys",
                        Json.createObjectBuilder(signed.getJsonObject("keys")).add(key.id(), OTHER.json()))
                .build();
        assertThatThrownBy(() -> Roles.verify(repository.edit("root", swap)))
                .isInstanceOfSatisfying(
                        MetadataException.class, e -> assertThat(e.fault()).isEqualTo(MALFORMED))
                .hasMessageContaining("under another ID than its own, " + OTHER.id());
    }

    @Test
    void aTargetWithAWeakHashOnlyIsNotThere() {
        UnaryOperator<JsonObject> md5 = signed -> Json.createObjectBuilder(signed)
                .add(
                        "targets",
                        Json.createObjectBuilder()
                                .add(
                                        "v1",
                                        Json.createObjectBuilder()
                                                .add(
                                                        "hashes",
                                                        Json.createObjectBuilder()
                                                                .add("md5", "AAAAAAAAAAAAAAAAAAAAAA=="))
                                                .add("length", 1)))
                .build();
        assertThat(Roles.verify(repository().edit("targets", md5)).targets().sha256("v1"))
                .isEmpty();
    }
}

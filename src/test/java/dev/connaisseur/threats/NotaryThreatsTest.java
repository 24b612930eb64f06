package dev.connaisseur.threats;

import static dev.connaisseur.validator.Reason.AMBIGUOUS;
import static dev.connaisseur.validator.Reason.EXPIRED;
import static dev.connaisseur.validator.Reason.INCONSISTENT;
import static dev.connaisseur.validator.Reason.MALFORMED_SIGNATURE;
import static dev.connaisseur.validator.Reason.NO_SIGNATURE;
import static dev.connaisseur.validator.Reason.REQUIRED_SIGNER;
import static dev.connaisseur.validator.Reason.ROLLBACK;
import static dev.connaisseur.validator.Reason.UNTRUSTED_SIGNER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryLab;
import dev.connaisseur.testing.NotaryRepository;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.threats.NotationThreats.Threat;
import dev.connaisseur.validator.Expiry;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rows of the catalogue of threats about notaries: what a registry, a notary server or whoever sits before it can do to Notation
 * signatures and Notary v1 metadata. Each deed is refused for its reason, beside the twin that differs from it in one thing.
 */
class NotaryThreatsTest {
    private static final Digest A = Digest.of("a".getBytes(StandardCharsets.UTF_8));
    private static final Digest B = Digest.of("b".getBytes(StandardCharsets.UTF_8));
    private static final String NAME = "registry.example/team/app";
    private static final String IMAGE = NAME + ":v1";
    private static final NotaryKey OTHER = NotaryKey.ecdsaX509();

    static Stream<Threat> notation() {
        return NotationThreats.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void notation(Threat threat) {
        try (NotationScene scene = new NotationScene()) {
            threat.twin().accept(scene);
            Verdict.Signed verdict = scene.admitted();
            assertThat(verdict.warnings()).hasSize(threat.row() == 59 ? 1 : 0);
        }
        try (NotationScene scene = new NotationScene()) {
            threat.deed().accept(scene);
            ValidationException refusal = scene.refused();
            assertThat(refusal).hasMessageContaining(threat.text());
            assertThat(refusal.reason()).isEqualTo(threat.reason());
        }
    }

    /** A signer's certificate in the trust store vouches for nobody: no such configuration is taken. */
    @Test
    void row40ALeafIsNoTrustRoot() {
        try (NotationScene scene = new NotationScene()) {
            scene.trusting(scene.signer);
            assertThat(scene.rig.errors()).isEmpty();
            scene.rig.root("default", NotationSigner.pem(scene.signer.chain().getFirst()));
            assertThat(scene.rig.errors()).hasSize(1);
        }
    }

    @Test
    void row43AHugeNameIsBounded() {
        try (NotationScene scene = new NotationScene()) {
            scene.issued(Certificate.root("CN=root"), Certificate.leaf("O=" + "a".repeat(1 << 20)));
            assertThat(scene.refused().reason()).isEqualTo(MALFORMED_SIGNATURE);
            scene.trusting(scene.signer, "trustedIdentities: [\"x509.subject: C=#" + "0".repeat(1 << 12) + "\"]");
            assertThat(scene.rig.errors()).hasSize(1);
        }
    }

    /**
     * One deed against a repository in which everything else fits.
     *
     * @param deed what is done to the honest repository before its files are served
     */
    record Bent(
            int row, String what, Reason reason, String text, Consumer<NotaryRepository> deed, RuleOptions options) {
        @Override
        public String toString() {
            return row + " " + what;
        }

        Bent asking(RuleOptions other) {
            return new Bent(row, what, reason, text, deed, other);
        }
    }

    private static Bent bent(int row, String what, Reason reason, String text, Consumer<NotaryRepository> deed) {
        return new Bent(row, what, reason, text, deed, RuleOptions.DEFAULTS);
    }

    private static final NotaryKey ALICE = NotaryKey.ecdsaX509();
    private static final NotaryKey BOB = NotaryKey.ecdsaX509();

    /** Signed by releases and alice; bob is declared and signs the same. */
    private static NotaryRepository honest() {
        return NotaryRepository.create()
                .target("v1", A)
                .delegation("targets/releases", NotaryKey.ecdsaX509())
                .target("targets/releases", "v1", A)
                .delegation("targets/alice", ALICE)
                .target("targets/alice", "v1", A)
                .delegation("targets/bob", BOB)
                .target("targets/bob", "v1", A);
    }

    private static JsonObject number(JsonObject object, String name, BigDecimal value) {
        return Json.createObjectBuilder(object).add(name, value).build();
    }

    private static Bent version(String what, String value) {
        return bent(
                54,
                what,
                MALFORMED_SIGNATURE,
                "version",
                r -> r.edit("targets", signed -> number(signed, "version", new BigDecimal(value))));
    }

    private static JsonObject weakHash(JsonObject targets) {
        JsonObject entry = targets.getJsonObject("targets").getJsonObject("v1");
        return Json.createObjectBuilder(targets)
                .add(
                        "targets",
                        Json.createObjectBuilder()
                                .add(
                                        "v1",
                                        Json.createObjectBuilder(entry)
                                                .add(
                                                        "hashes",
                                                        Json.createObjectBuilder()
                                                                .add("md5", "AAAA"))))
                .build();
    }

    private static Map<String, byte[]> with(Map<String, byte[]> files, String role, byte[] file) {
        Map<String, byte[]> more = new TreeMap<>(files);
        more.put(role, file);
        return more;
    }

    private static byte[] of(Map<String, byte[]> files, String role) {
        return files.getOrDefault(role, new byte[0]);
    }

    static Stream<Bent> notary() {
        RuleOptions both = NotaryLab.requiring("alice", "bob");
        return Stream.of(
                version("version 2^63", "9223372036854775808"),
                version("version 1e400", "1e400"),
                version("version -1", "-1"),
                bent(
                        54,
                        "version as text",
                        MALFORMED_SIGNATURE,
                        "version is not an integer",
                        r -> r.edit(
                                "targets",
                                signed -> Json.createObjectBuilder(signed)
                                        .add("version", "5")
                                        .build())),
                bent(
                        55,
                        "a root by another key",
                        UNTRUSTED_SIGNER,
                        "error validating root signature",
                        r -> r.keys("root", OTHER)),
                bent(55, "a root that its own keys did not sign", UNTRUSTED_SIGNER, "root", r -> {
                    NotaryKey pinned = r.key("root");
                    r.keys("root", OTHER).signers("root", pinned);
                }),
                bent(
                                56,
                                "two signers disagree",
                                AMBIGUOUS,
                                "found 2 digests for image",
                                r -> r.target("targets/bob", "v1", B))
                        .asking(both),
                bent(
                                56,
                                "a signer who did not sign",
                                REQUIRED_SIGNER,
                                "no tag 'v1' found",
                                r -> r.withoutDelegation("targets/bob")
                                        .delegation("targets/bob", BOB)
                                        .target("targets/bob", "v2", A))
                        .asking(both),
                bent(
                                56,
                                "a signer who is not declared",
                                REQUIRED_SIGNER,
                                "delegation targets/bob not found",
                                r -> r.withoutDelegation("targets/bob"))
                        .asking(both),
                bent(
                        56,
                        "signed by somebody who was not asked",
                        NO_SIGNATURE,
                        "no tag 'v1' found",
                        r -> r.withoutDelegation("targets/releases")
                                .delegation("targets/releases", OTHER)
                                .target("targets/releases", "v2", A)),
                bent(56, "threshold 0", MALFORMED_SIGNATURE, "threshold", r -> r.threshold("targets/releases", 0)),
                bent(56, "threshold -1", MALFORMED_SIGNATURE, "threshold", r -> r.threshold("targets/releases", -1)),
                bent(
                        56,
                        "a path that does not cover the name",
                        NO_SIGNATURE,
                        "which may sign only names",
                        r -> r.paths("targets/releases", "nightly-")),
                bent(
                        57,
                        "a weak hash only",
                        NO_SIGNATURE,
                        "no tag 'v1' found",
                        r -> r.edit("targets/releases", NotaryThreatsTest::weakHash)),
                bent(
                        57,
                        "the wrong length",
                        INCONSISTENT,
                        "length is ",
                        r -> r.declare("targets/releases", e -> number(e, "length", BigDecimal.ONE))),
                bent(
                        58,
                        "a timestamp that has expired",
                        EXPIRED,
                        "timestamp trust data expired",
                        r -> r.expires("timestamp", NotaryLab.NOW.minusSeconds(1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void notary(Bent threat) {
        try (NotaryLab lab = new NotaryLab()) {
            NotaryRepository repository = honest();
            Validator validator = lab.validator(repository.key("root").pem());
            lab.server().put(NAME, repository.publish());
            assertThat(lab.admitted(validator, IMAGE, threat.options())).isEqualTo(A);
        }
        try (NotaryLab lab = new NotaryLab()) {
            NotaryRepository repository = honest();
            Validator validator = lab.validator(repository.key("root").pem());
            threat.deed().accept(repository);
            lab.server().put(NAME, repository.publish());
            ValidationException refusal = lab.refused(validator, IMAGE, threat.options());
            assertThat(refusal).hasMessageContaining(threat.text());
            assertThat(refusal.reason()).isEqualTo(threat.reason());
        }
    }

    @Test
    void row52AnOlderGenerationIsRemembered() {
        try (NotaryLab lab = new NotaryLab()) {
            NotaryRepository repository = honest();
            Map<String, byte[]> first = repository.publish();
            Validator validator = lab.validator(repository.key("root").pem());
            lab.server().put(NAME, first);
            assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
            Map<String, byte[]> second = repository
                    .target("targets/releases", "v1", B)
                    .next("targets/releases", "snapshot", "timestamp")
                    .publish();
            lab.server().put(NAME, with(second, "targets/releases", of(first, "targets/releases")));
            assertThat(lab.refused(validator, IMAGE).reason())
                    .as("files of two generations")
                    .isEqualTo(INCONSISTENT);
            lab.server().put(NAME, second);
            assertThat(lab.admitted(validator, IMAGE)).isEqualTo(B);
            lab.server().put(NAME, first);
            assertThat(lab.refused(validator, IMAGE).reason()).isEqualTo(ROLLBACK);
        }
    }

    @Test
    void row53AFrozenServerIsBelievedUntilItsFilesExpire() {
        try (NotaryLab lab = new NotaryLab()) {
            NotaryRepository repository = honest().expires("timestamp", NotaryLab.NOW.plus(Duration.ofDays(14)));
            Validator validator = lab.validator(repository.key("root").pem());
            lab.server().put(NAME, repository.publish());
            Expiry shown = new Expiry("notary-role", "default/timestamp", NotaryLab.NOW.plus(Duration.ofDays(14)));
            assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
            assertThat(validator.expiries()).contains(shown);
            assertThat(lab.at(NotaryLab.NOW.plus(Duration.ofDays(14))).admitted(validator, IMAGE))
                    .isEqualTo(A);
            assertThat(validator.expiries())
                    .as("what the metric shows does not move")
                    .contains(shown);
            assertThat(lab.at(NotaryLab.NOW.plus(Duration.ofDays(14)).plusNanos(1))
                            .refused(validator, IMAGE)
                            .reason())
                    .isEqualTo(EXPIRED);
        }
    }

    /** Whoever held a key for a while leaves the highest version behind; with new keys the repository begins again. */
    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot"})
    void row54AfterARotationVersionsBeginAgain(String role) {
        try (NotaryLab lab = new NotaryLab()) {
            NotaryRepository repository = honest();
            Validator validator = lab.validator(repository.key("root").pem());
            lab.server().put(NAME, repository.version(role, Integer.MAX_VALUE).publish());
            assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
            lab.server().put(NAME, repository.version(role, 2).publish());
            assertThat(lab.refused(validator, IMAGE).reason()).isEqualTo(ROLLBACK);

            lab.server()
                    .put(
                            NAME,
                            repository
                                    .keys("timestamp", NotaryKey.ecdsa())
                                    .keys("snapshot", NotaryKey.ecdsa())
                                    .version("root", 2)
                                    .publish());
            assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
        }
    }

    /** So many rotations back to the pinned key: some are followed, more are not. */
    @ParameterizedTest
    @ValueSource(ints = {3, 31, 60})
    void row55ALongChainOfRootsIsBounded(int rotations) {
        try (NotaryLab lab = new NotaryLab()) {
            NotaryRepository repository = honest();
            NotaryKey before = repository.key("root");
            Validator validator = lab.validator(before.pem());
            Map<String, byte[]> files = repository.publish();
            Map<String, byte[]> roots = new TreeMap<>();
            for (int version = 2; version <= rotations + 1; version++) {
                roots.put(version - 1 + ".root", of(files, "root"));
                NotaryKey next = NotaryKey.ecdsa();
                files = repository
                        .keys("root", next)
                        .signers("root", before, next)
                        .version("root", version)
                        .publish();
                before = next;
            }
            lab.server().put(NAME, files);
            roots.forEach((file, bytes) -> lab.server().put(NAME, file, bytes));
            if (rotations <= 32) {
                assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
            } else {
                assertThat(lab.refused(validator, IMAGE))
                        .hasMessageContaining("the 32 versions before it, more are not followed")
                        .extracting("reason")
                        .isEqualTo(UNTRUSTED_SIGNER);
            }
        }
    }

    @Test
    void row57AnotherRepositorysFilesAreNotThisOnes() {
        try (NotaryLab lab = new NotaryLab()) {
            NotaryRepository mine = honest();
            NotaryRepository other = honest();
            Validator validator = lab.validator(mine.key("root").pem());
            lab.server().put(NAME, mine.publish());
            lab.server().put("registry.example/team/other", other.publish());
            assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
            assertThat(lab.refused(validator, "registry.example/team/other:v1").reason())
                    .isEqualTo(UNTRUSTED_SIGNER);
            lab.server()
                    .put(
                            "registry.example/team/other",
                            with(mine.publish(), "targets", of(other.publish(), "targets")));
            assertThat(lab.refused(validator, "registry.example/team/other:v1").reason())
                    .isEqualTo(UNTRUSTED_SIGNER);
        }
    }

    @Test
    void everyRowHasACase() {
        Set<Integer> rows = Stream.concat(NotationThreats.all().map(Threat::row), notary().map(Bent::row))
                .collect(Collectors.toCollection(TreeSet::new));
        rows.addAll(Set.of(52, 53));
        Set<Integer> all = new TreeSet<>(Set.of(28, 31, 32, 40, 43, 44));
        IntStream.rangeClosed(52, 59).forEach(all::add);
        assertThat(rows).isEqualTo(all);
    }
}

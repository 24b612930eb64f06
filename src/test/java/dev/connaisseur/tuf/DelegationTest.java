package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.Bend.before;
import static dev.connaisseur.tuf.Bend.hash;
import static dev.connaisseur.tuf.Bend.noRoles;
import static dev.connaisseur.tuf.Bend.number;
import static dev.connaisseur.tuf.Bend.roleNamed;
import static dev.connaisseur.tuf.Bend.twice;
import static dev.connaisseur.tuf.MetadataException.Fault.EXPIRED;
import static dev.connaisseur.tuf.MetadataException.Fault.INCONSISTENT;
import static dev.connaisseur.tuf.MetadataException.Fault.MALFORMED;
import static dev.connaisseur.tuf.MetadataException.Fault.NO_SUCH_ROLE;
import static dev.connaisseur.tuf.MetadataException.Fault.THRESHOLD;
import static dev.connaisseur.tuf.MetadataException.Fault.UNTRUSTED;
import static dev.connaisseur.tuf.Wrong.wrong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryRepository;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows 56 and 57: delegations, nested ones and their paths, and each with one thing wrong. */
final class DelegationTest {
    private static final Digest DIGEST = new Digest("a".repeat(64));
    private static final NotaryKey OTHER = NotaryKey.ecdsa();

    private static final RoleName ALICE = new RoleName("targets/alice");
    private static final RoleName LAPTOP = new RoleName("targets/alice/laptop");

    private static NotaryRepository delegating() {
        return NotaryRepository.create()
                .delegation("targets/alice", NotaryKey.rsaX509())
                .target("targets/alice", "d1", DIGEST)
                .delegation("targets/alice/laptop", NotaryKey.ecdsa())
                .target("targets/alice/laptop", "nightly-1", DIGEST);
    }

    private static TrustedTargets delegated(NotaryRepository repository, RoleName role) {
        Map<String, byte[]> files = repository.publish();
        return Roles.verify(files, repository.key("root")).delegated(role, Roles.delegations(files));
    }

    @Test
    void verifiesDelegationsAndNestedOnes() {
        assertThat(delegated(delegating(), ALICE).sha256("d1")).contains(DIGEST.hex());
        assertThat(delegated(delegating(), ALICE).sha256("nightly-1")).isEmpty();
        assertThat(delegated(delegating(), LAPTOP).sha256("nightly-1")).contains(DIGEST.hex());
    }

    static Stream<Wrong> wrongDelegations() {
        return Stream.of(
                wrong(
                        "nested by another key",
                        r -> r.signers("targets/alice/laptop", OTHER),
                        UNTRUSTED,
                        "alice/laptop signatures"),
                wrong(
                        "parent by another key",
                        r -> r.signers("targets/alice", OTHER),
                        UNTRUSTED,
                        "delegation targets/alice sign"),
                wrong(
                        "parent's key in the child",
                        r -> r.signers("targets/alice/laptop", r.key("targets/alice")),
                        UNTRUSTED,
                        "laptop"),
                wrong(
                        "nested expired",
                        r -> r.expires("targets/alice/laptop", before()),
                        EXPIRED,
                        "laptop trust data expired"),
                wrong("parent expired", r -> r.expires("targets/alice", before()), EXPIRED, "alice trust data expired"),
                wrong(
                        "nested hash",
                        r -> r.declare("targets/alice/laptop", e -> hash(e, "sha256")),
                        INCONSISTENT,
                        "laptop checksums"),
                wrong(
                        "nested length",
                        r -> r.declare("targets/alice/laptop", e -> number(e, "length", 1)),
                        INCONSISTENT,
                        "length"),
                wrong(
                        "not in the snapshot",
                        r -> r.unlisted("targets/alice/laptop"),
                        INCONSISTENT,
                        "no checksums found"),
                wrong(
                        "not declared",
                        r -> r.edit("targets", s -> noRoles(s)),
                        NO_SUCH_ROLE,
                        "delegation targets/alice not found"),
                wrong(
                        "nested not declared",
                        r -> r.edit("targets/alice", s -> noRoles(s)),
                        NO_SUCH_ROLE,
                        "laptop not found"),
                wrong("threshold 0", r -> r.threshold("targets/alice", 0), MALFORMED, "invalid threshold"),
                wrong("threshold out of reach", r -> r.threshold("targets/alice", 2), THRESHOLD, "1 of 2"),
                wrong(
                        "itself below itself",
                        r -> r.edit("targets/alice", s -> roleNamed(s, "targets/alice")),
                        MALFORMED,
                        "invalid below"),
                wrong(
                        "targets below a delegation",
                        r -> r.edit("targets/alice", s -> roleNamed(s, "targets")),
                        MALFORMED,
                        "invalid below"),
                wrong(
                        "sibling below a delegation",
                        r -> r.edit("targets/alice", s -> roleNamed(s, "targets/bob")),
                        MALFORMED,
                        "invalid"),
                wrong(
                        "grandchild declared by targets",
                        r -> r.edit("targets", s -> roleNamed(s, "targets/alice/laptop")),
                        MALFORMED,
                        "invalid"),
                wrong(
                        "name that leaves its place",
                        r -> r.edit("targets", s -> roleNamed(s, "targets/../root")),
                        MALFORMED,
                        "invalid"),
                wrong(
                        "name of 50,000 characters",
                        r -> r.edit("targets", s -> roleNamed(s, "targets/" + "a".repeat(50_000) + "!")),
                        MALFORMED,
                        "invalid"),
                wrong("role declared twice", r -> r.edit("targets", s -> twice(s)), MALFORMED, "declared twice"));
    }

    @ParameterizedTest
    @MethodSource("wrongDelegations")
    void refusesDelegations(Wrong wrong) {
        NotaryRepository repository = delegating();
        wrong.change().accept(repository);
        assertThatThrownBy(() -> delegated(repository, LAPTOP))
                .isInstanceOfSatisfying(
                        MetadataException.class, e -> assertThat(e.fault()).isEqualTo(wrong.fault()))
                .hasMessageContaining(wrong.cause());
    }

    @Test
    void pathsLimitWhatADelegationSigns() {
        NotaryRepository repository =
                delegating().target("targets/alice", "x1", DIGEST).paths("targets/alice", "d", "e");
        TrustedTargets alice = delegated(repository, ALICE);

        assertThat(alice.sha256("d1")).isPresent();
        assertThat(alice.sha256("x1")).isEmpty();
        assertThat(alice.covers("x1")).isFalse();
        assertThat(delegated(repository.paths("targets/alice"), ALICE).sha256("d1"))
                .isEmpty();
    }

    @Test
    void aDigestOutsideThePathsIsNotSigned() {
        NotaryRepository repository = delegating().paths("targets/alice", "e");
        assertThat(delegated(repository, ALICE).signs(DIGEST.hex())).isFalse();
    }

    @Test
    void nestedPathsStayWithinTheirParents() {
        NotaryRepository nightly =
                delegating().paths("targets/alice", "d", "nightly-").paths("targets/alice/laptop", "nightly-");
        assertThat(delegated(nightly, LAPTOP).sha256("nightly-1")).isPresent();
        // Wider than the parent: void, as with the real client.
        assertThat(delegated(nightly.paths("targets/alice/laptop", ""), LAPTOP).sha256("nightly-1"))
                .isEmpty();
        assertThat(delegated(nightly.paths("targets/alice", "d").paths("targets/alice/laptop", "nightly-"), LAPTOP)
                        .sha256("nightly-1"))
                .isEmpty();
    }
}

package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.EXPIRED;
import static dev.connaisseur.tuf.MetadataException.Fault.INCONSISTENT;
import static dev.connaisseur.tuf.MetadataException.Fault.UNTRUSTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryRepository;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Row 55: a rotated root is followed from the pinned key, step by step, and no other way. */
final class RootChainTest {
    private static final NotaryKey FIRST = NotaryKey.ecdsaX509();
    private static final NotaryKey SECOND = NotaryKey.ecdsa();
    private static final NotaryKey THIRD = NotaryKey.rsa("rsapss");

    private final NotaryRepository repository = NotaryRepository.create().target("v1", new Digest("a".repeat(64)));
    private final Map<Long, byte[]> served = new HashMap<>();
    private final List<Long> asked = new ArrayList<>();

    /** Makes version {@code version} of the root, held by one key and signed by others. */
    private Map<String, byte[]> root(long version, NotaryKey held, NotaryKey... signers) {
        Map<String, byte[]> files = repository
                .keys("root", held)
                .signers("root", signers)
                .version("root", version)
                .publish();
        served.put(version, bytes(files, "root"));
        return files;
    }

    private TrustedRoles verify(Map<String, byte[]> files, NotaryKey... pinned) {
        return TrustedRoles.verify(
                Roles.read(files),
                Arrays.stream(pinned)
                        .map(key -> TufKey.pinned(key.pair().getPublic()))
                        .toList(),
                this::older,
                Roles.NOW,
                MetaFile.Comparison.EVERYTHING);
    }

    private Optional<SignedMetadata> older(long version) {
        asked.add(version);
        return Optional.ofNullable(served.get(version)).map(bytes -> SignedMetadata.parse(RoleName.ROOT, bytes));
    }

    @Test
    void aRootThatThePinnedKeySignedNeedsNoOlderOne() {
        root(1, FIRST, FIRST);
        Map<String, byte[]> rotated = root(2, SECOND, FIRST, SECOND);

        assertThat(verify(rotated, FIRST).targets().sha256("v1")).isPresent();
        assertThat(asked).isEmpty();
    }

    @Test
    void followsRotationsBackToThePinnedKey() {
        root(1, FIRST, FIRST);
        root(2, SECOND, FIRST, SECOND);
        root(3, SECOND, SECOND);
        root(4, THIRD, SECOND, THIRD);
        Map<String, byte[]> latest = root(5, THIRD, THIRD);

        assertThat(verify(latest, FIRST).targets().sha256("v1")).isPresent();
        assertThat(asked).containsExactly(4L, 3L, 2L);
        assertThat(verify(latest, SECOND).targets().sha256("v1")).isPresent();
        assertThat(verify(latest, THIRD).targets().sha256("v1")).isPresent();
        assertThat(verify(latest, THIRD, FIRST, SECOND).targets().sha256("v1")).isPresent();
    }

    @Test
    void anotherPinnedKeyIsNotFound() {
        root(1, FIRST, FIRST);
        Map<String, byte[]> latest = root(2, SECOND, FIRST, SECOND);

        refused(latest, UNTRUSTED, "signature was invalid on root version 2 and on all versions before it", THIRD);
        refused(latest, UNTRUSTED, TufKey.pinned(THIRD.pair().getPublic()).id(), FIRST, THIRD);
    }

    @Test
    void aNewRootSignedOnlyByTheNewKeyIsRefused() {
        root(1, FIRST, FIRST);
        Map<String, byte[]> latest = root(2, SECOND, SECOND);

        refused(latest, UNTRUSTED, "error validating root version 2 with the keys of root version 1", FIRST);
    }

    @Test
    void aNewRootSignedOnlyByTheOldKeyIsRefused() {
        root(1, FIRST, FIRST);
        Map<String, byte[]> latest = root(2, SECOND, FIRST);

        refused(latest, UNTRUSTED, "error validating root version 2 with the keys of root version 2", FIRST);
    }

    @Test
    void aBrokenStepInTheMiddleIsRefused() {
        root(1, FIRST, FIRST);
        root(2, SECOND, FIRST, SECOND);
        root(3, THIRD, THIRD);
        Map<String, byte[]> latest = root(4, THIRD, THIRD);

        refused(latest, UNTRUSTED, "error validating root version 3 with the keys of root version 2", FIRST);
    }

    @Test
    void aMissingVersionEndsTheWay() {
        root(1, FIRST, FIRST);
        root(2, SECOND, FIRST, SECOND);
        Map<String, byte[]> latest = root(3, SECOND, SECOND);
        served.remove(2L);

        refused(
                latest,
                UNTRUSTED,
                "signature was invalid on root version 3, and the server has no root version 2",
                FIRST);
    }

    @Test
    void anotherVersionThanAskedForIsRefused() {
        root(1, FIRST, FIRST);
        root(2, SECOND, FIRST, SECOND);
        Map<String, byte[]> latest = root(3, SECOND, SECOND);
        served.put(2L, bytes(served, 1L));

        refused(latest, INCONSISTENT, "version 2 of root was asked for, version 1 was sent", FIRST);
    }

    @Test
    void theExpiryOfOlderRootsDoesNotMatterThatOfTheLatestDoes() {
        repository.expires("root", Bend.before());
        root(1, FIRST, FIRST);
        repository.expires("root", NotaryRepository.EXPIRES);
        Map<String, byte[]> latest = root(2, SECOND, FIRST, SECOND);
        Map<String, byte[]> next = root(3, SECOND, SECOND);
        assertThat(verify(latest, FIRST).targets().sha256("v1")).isPresent();
        assertThat(verify(next, FIRST).targets().sha256("v1")).isPresent();

        repository.expires("root", Bend.before());
        refused(root(3, SECOND, SECOND), EXPIRED, "root trust data expired", FIRST);
    }

    @Test
    void aThousandStepsAreNotFollowed() {
        root(1, FIRST, FIRST);
        root(2, SECOND, FIRST, SECOND);
        for (long version = 3; version < 1000; version++) {
            served.put(version, bytes(Map.of("root", new byte[0]), "root"));
        }
        for (long version = 1000 - RootChain.LONGEST; version < 1000; version++) {
            root(version, SECOND, SECOND);
        }
        Map<String, byte[]> latest = root(1000, SECOND, SECOND);

        refused(latest, UNTRUSTED, "and on the 32 versions before it, more are not followed", FIRST);
        assertThat(asked).hasSize(RootChain.LONGEST);
    }

    private void refused(Map<String, byte[]> files, MetadataException.Fault fault, String cause, NotaryKey... pinned) {
        assertThatThrownBy(() -> verify(files, pinned))
                .isInstanceOfSatisfying(
                        MetadataException.class, e -> assertThat(e.fault()).isEqualTo(fault))
                .hasMessageContaining(cause);
    }

    private static <K> byte[] bytes(Map<K, byte[]> files, K name) {
        byte[] found = files.get(name);
        if (found == null) {
            throw new AssertionError("no file " + name);
        }
        return found;
    }
}

package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.INCONSISTENT;
import static dev.connaisseur.tuf.MetadataException.Fault.UNSIGNED;
import static dev.connaisseur.tuf.MetadataException.Fault.UNTRUSTED;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * The way from the pinned keys to the present root. A root is trusted by a key that signed it. Where a pinned key did not sign the
 * present root, older versions are asked for, newest first, until one is found that the key signed; every step from there on must be
 * signed by the keys of the version before (TUF 5.3).
 */
final class RootChain {
    /** How many rotations are followed back. */
    static final int LONGEST = 32;

    private final LongFunction<Optional<SignedMetadata>> olderRoots;

    /** @param olderRoots the root file of a version; empty if the server does not have it */
    RootChain(LongFunction<Optional<SignedMetadata>> olderRoots) {
        this.olderRoots = olderRoots;
    }

    /**
     * Checks that every pinned key leads to this root, and that the root's own keys signed it.
     *
     * @throws MetadataException naming the first pinned key that does not
     */
    void verify(RootMetadata latest, List<TufKey> pinned) {
        if (latest.file().signatures().isEmpty()) {
            throw new MetadataException(UNSIGNED, "no signatures found for root");
        }
        List<TufKey> missing = new ArrayList<>(pinned);
        missing.removeIf(key -> signed(latest, key));
        String end = missing.isEmpty() ? "" : walk(latest, missing);
        if (!missing.isEmpty()) {
            throw new MetadataException(
                    UNTRUSTED,
                    "error validating root signature with key "
                            + missing.getFirst().id()
                            + ": signature was invalid on root version "
                            + latest.file().version() + end);
        }
        verifyBy(latest, latest);
    }

    /** Goes back until no key is missing; says why it went no further. */
    private String walk(RootMetadata latest, List<TufKey> missing) {
        RootMetadata newer = latest;
        for (int step = 0; step < LONGEST; step++) {
            long version = newer.file().version() - 1;
            if (version < 1) {
                return step == 0 ? "" : " and on all versions before it";
            }
            Optional<SignedMetadata> file = olderRoots.apply(version);
            if (file.isEmpty()) {
                return ", and the server has no root version " + version;
            }
            RootMetadata older = RootMetadata.of(file.get());
            if (older.file().version() != version) {
                throw new MetadataException(
                        INCONSISTENT,
                        "version " + version + " of root was asked for, version "
                                + older.file().version() + " was sent");
            }
            verifyBy(older, older);
            verifyBy(older, newer);
            missing.removeIf(key -> signed(older, key));
            if (missing.isEmpty()) {
                return "";
            }
            newer = older;
        }
        return " and on the " + LONGEST + " versions before it, more are not followed";
    }

    private static void verifyBy(RootMetadata signer, RootMetadata signed) {
        try {
            signer.keysOf(RoleName.ROOT).verify(signed.file());
        } catch (MetadataException e) {
            throw e.during("error validating root version " + signed.file().version()
                    + " with the keys of root version " + signer.file().version());
        }
    }

    private static boolean signed(RootMetadata root, TufKey key) {
        byte[] message = root.file().message();
        return root.file().signatures().stream().anyMatch(signature -> key.made(signature, message));
    }
}

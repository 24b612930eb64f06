package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.INCONSISTENT;
import static dev.connaisseur.tuf.MetadataException.Fault.MALFORMED;
import static dev.connaisseur.tuf.MetadataException.Fault.NO_SUCH_ROLE;
import static dev.connaisseur.tuf.MetadataException.Fault.ROLLBACK;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is believed of a repository in TUF's own dialect: a root at first, after a refresh all four roles. A value; a refresh makes
 * the next one and never goes back behind this one. Delegations are not followed.
 *
 * @see <a href="https://theupdateframework.github.io/specification/latest/#detailed-client-workflow">TUF, 5</a>
 */
public final class TrustedRepository {
    /** How many new roots one refresh follows. */
    private static final int MOST_ROTATIONS = 64;

    private static final int LARGEST_ROOT = 512 << 10;
    private static final int LARGEST_TIMESTAMP = 64 << 10;
    private static final int LARGEST_LISTING = 2 << 20;

    private final RootMetadata root;
    private final Optional<Roles> roles;

    private TrustedRepository(RootMetadata root, Optional<Roles> roles) {
        this.root = root;
        this.roles = roles;
    }

    /** The roles below the root. */
    private record Roles(ListingMetadata timestamp, ListingMetadata snapshot, TargetsMetadata targets) {}

    /**
     * Begins with a root that is trusted as it is; its time may be over, as only the newest one's counts.
     *
     * @throws MetadataException if it is no root, or not signed by its own keys
     * @throws dev.connaisseur.json.MalformedJsonException if it is not strict JSON
     */
    public static TrustedRepository pinned(byte[] root) {
        RootMetadata trusted = root(root);
        verifyRoot(trusted, trusted);
        return new TrustedRepository(trusted, Optional.empty());
    }

    public long rootVersion() {
        return root.file().version();
    }

    /** Until when this is to be believed: the first of the roles' own times. Empty before the first refresh. */
    public Optional<Instant> expires() {
        return roles.map(
                known -> Stream.of(root.file(), known.timestamp.file(), known.snapshot.file(), known.targets.file())
                        .map(SignedMetadata::expires)
                        .min(Comparator.naturalOrder())
                        .orElseThrow());
    }

    /**
     * Follows the client workflow once: new roots, timestamp, snapshot, targets.
     *
     * @throws MetadataException for the first thing that is wrong
     * @throws dev.connaisseur.http.LookupException if a file cannot be fetched
     */
    public TrustedRepository refreshed(RepositoryFiles files, Instant now) {
        RootMetadata newest = newestRoot(files);
        newest.file().checkNotExpired(now); // 5.3.10
        // 5.3.11: whoever rotates these keys recovers from a thief who signed a huge version.
        Optional<Roles> before =
                roles.filter(known -> sameKeys(newest, RoleName.TIMESTAMP) && sameKeys(newest, RoleName.SNAPSHOT));
        ListingMetadata timestamp = timestamp(files, newest, before, now);
        ListingMetadata snapshot = snapshot(files, newest, timestamp, before, now);
        TargetsMetadata targets = targets(files, newest, snapshot, now);
        return new TrustedRepository(newest, Optional.of(new Roles(timestamp, snapshot, targets)));
    }

    /**
     * Fetches a target that the role targets itself signs.
     *
     * @throws MetadataException if there is none of this name, or it is not what was signed
     */
    public byte[] target(String name, RepositoryFiles files, int limit) {
        MetaFile signed = roles.map(known -> known.targets.targets().get(name))
                .filter(file -> !file.hashes().isEmpty())
                .orElseThrow(() -> new MetadataException(NO_SUCH_ROLE, "no target " + name + " is signed"));
        byte[] content = paths(name, signed).stream()
                .flatMap(path -> files.file("targets/" + path, limit).stream())
                .findFirst()
                .orElseThrow(() -> new MetadataException(NO_SUCH_ROLE, "the repository has no target " + name));
        try {
            signed.check(content);
        } catch (MetadataException e) {
            throw e.during("target " + name);
        }
        return content;
    }

    /** A consistent repository keeps a target under one or each of its hashes. */
    private List<String> paths(String name, MetaFile signed) {
        return consistent(root)
                ? new TreeMap<>(signed.hashes())
                        .values().stream().map(hash -> hash + "." + name).toList()
                : List.of(name);
    }

    /** TUF 5.3: each root by the keys of the one before it and by its own. */
    private RootMetadata newestRoot(RepositoryFiles files) {
        RootMetadata newest = root;
        for (int step = 0; step < MOST_ROTATIONS; step++) {
            long version = newest.file().version() + 1;
            Optional<byte[]> raw = files.file(version + ".root.json", LARGEST_ROOT);
            if (raw.isEmpty()) {
                return newest;
            }
            RootMetadata next = root(raw.get());
            verifyRoot(newest, next);
            verifyRoot(next, next);
            if (next.file().version() != version) {
                throw new MetadataException(
                        INCONSISTENT,
                        "version " + version + " of root was asked for, version "
                                + next.file().version() + " was sent");
            }
            newest = next;
        }
        throw new MetadataException(MALFORMED, "more than " + MOST_ROTATIONS + " new roots are not followed");
    }

    /** TUF 5.4. */
    private static ListingMetadata timestamp(
            RepositoryFiles files, RootMetadata root, Optional<Roles> before, Instant now) {
        SignedMetadata file = verified(root, RoleName.TIMESTAMP, fetched(files, "timestamp.json", LARGEST_TIMESTAMP));
        ListingMetadata timestamp = ListingMetadata.timestamp(file);
        before.ifPresent(known -> {
            notOlder(RoleName.TIMESTAMP, file.version(), known.timestamp.file().version());
            notOlder(
                    RoleName.SNAPSHOT,
                    version(timestamp, RoleName.SNAPSHOT),
                    version(known.timestamp, RoleName.SNAPSHOT));
        });
        file.checkNotExpired(now);
        return timestamp;
    }

    /** TUF 5.5. */
    private static ListingMetadata snapshot(
            RepositoryFiles files, RootMetadata root, ListingMetadata timestamp, Optional<Roles> before, Instant now) {
        ListingMetadata snapshot =
                ListingMetadata.snapshot(listed(files, root, timestamp, RoleName.SNAPSHOT, LARGEST_LISTING));
        before.ifPresent(known -> notOlder(
                RoleName.TARGETS, version(snapshot, RoleName.TARGETS), version(known.snapshot, RoleName.TARGETS)));
        snapshot.file().checkNotExpired(now);
        return snapshot;
    }

    /** TUF 5.6. */
    private static TargetsMetadata targets(
            RepositoryFiles files, RootMetadata root, ListingMetadata snapshot, Instant now) {
        SignedMetadata file = listed(files, root, snapshot, RoleName.TARGETS, SignedMetadata.LARGEST);
        file.checkNotExpired(now);
        return TargetsMetadata.of(file);
    }

    /** The file of a role that another file lists: its hashes and length where they are listed, its signatures, its version. */
    private static SignedMetadata listed(
            RepositoryFiles files, RootMetadata root, ListingMetadata listing, RoleName role, int largest) {
        MetaFile entry = listing.entry(role).orElseThrow();
        long version = entry.version().orElseThrow();
        String name = role + ".json";
        byte[] raw = fetched(files, consistent(root) ? version + "." + name : name, largest);
        try {
            entry.check(raw);
        } catch (MetadataException e) {
            throw e.during("error validating " + role + " checksums");
        }
        SignedMetadata file = verified(root, role, raw);
        if (file.version() != version) {
            throw new MetadataException(
                    INCONSISTENT, role + " has version " + file.version() + ", version " + version + " is listed");
        }
        return file;
    }

    private static SignedMetadata verified(RootMetadata root, RoleName role, byte[] raw) {
        SignedMetadata file = SignedMetadata.parse(role, raw, Dialect.TUF);
        try {
            root.keysOf(role).verify(file);
        } catch (MetadataException e) {
            throw e.during("error validating " + role + " signatures");
        }
        return file;
    }

    private static RootMetadata root(byte[] raw) {
        return RootMetadata.of(SignedMetadata.parse(RoleName.ROOT, raw, Dialect.TUF));
    }

    private static void verifyRoot(RootMetadata signer, RootMetadata signed) {
        try {
            signer.keysOf(RoleName.ROOT).verify(signed.file());
        } catch (MetadataException e) {
            throw e.during("error validating root version " + signed.file().version()
                    + " with the keys of root version " + signer.file().version());
        }
    }

    private boolean sameKeys(RootMetadata other, RoleName role) {
        return root.keysOf(role).fingerprint().equals(other.keysOf(role).fingerprint());
    }

    private static void notOlder(RoleName role, long offered, long known) {
        if (offered < known) {
            throw new MetadataException(
                    ROLLBACK, "version " + offered + " of " + role + " is offered, version " + known + " was seen");
        }
    }

    private static long version(ListingMetadata listing, RoleName role) {
        return listing.entry(role).orElseThrow().version().orElseThrow();
    }

    private static boolean consistent(RootMetadata root) {
        return root.file().json().getBoolean("consistent_snapshot", false);
    }

    private static byte[] fetched(RepositoryFiles files, String path, int limit) {
        return files.file(path, limit)
                .orElseThrow(() -> new MetadataException(NO_SUCH_ROLE, "the repository has no " + path));
    }
}

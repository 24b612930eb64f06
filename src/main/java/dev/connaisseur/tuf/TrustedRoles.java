package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.NO_SUCH_ROLE;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Base roles whose signatures, times and checksums were all found right. There is no other way to get one than {@link #verify}, and
 * no other way to a target than through one.
 */
public final class TrustedRoles {
    private final BaseRoles base;
    private final Instant now;
    private final MetaFile.Comparison comparison;

    private TrustedRoles(BaseRoles base, Instant now, MetaFile.Comparison comparison) {
        this.base = base;
        this.now = now;
        this.comparison = comparison;
    }

    /**
     * Verifies the base roles in the order root, targets, snapshot, timestamp: first all signatures and times, then all checksums.
     *
     * @param pinned every one of these keys must have signed the root, or an older one that leads to it
     * @param olderRoots the root file of a version; empty if the server does not have it
     * @throws MetadataException for the first thing that is wrong
     */
    public static TrustedRoles verify(
            BaseRoles base,
            List<TufKey> pinned,
            LongFunction<Optional<SignedMetadata>> olderRoots,
            Instant now,
            MetaFile.Comparison comparison) {
        if (pinned.isEmpty()) {
            throw new IllegalArgumentException("without a pinned key nothing can be verified");
        }
        try {
            new RootChain(olderRoots).verify(base.root(), pinned);
            base.root().file().checkNotExpired(now);
        } catch (MetadataException e) {
            throw e.during("error validating root");
        }
        try {
            verifyRole(base, base.targets().file(), now);
            verifyRole(base, base.snapshot().file(), now);
            verifyRole(base, base.timestamp().file(), now);
        } catch (MetadataException e) {
            throw e.during("error validating base trust data");
        }
        try {
            base.snapshot().check(base.root().file(), comparison);
            base.snapshot().check(base.targets().file(), comparison);
            base.timestamp().check(base.snapshot().file(), comparison);
        } catch (MetadataException e) {
            throw e.during("error validating base trust data checksums");
        }
        return new TrustedRoles(base, now, comparison);
    }

    public BaseRoles base() {
        return base;
    }

    /** What the role {@code targets} itself signs. */
    public TrustedTargets targets() {
        return new TrustedTargets(base.targets(), List.of(""), Map.of());
    }

    /**
     * Verifies a delegation, and every delegation on the way to it, each by the keys that the one before it declares.
     *
     * @param files the files of the delegation and of all on the way to it
     * @throws MetadataException for the first thing that is wrong
     */
    public TrustedTargets delegated(RoleName role, Map<RoleName, SignedMetadata> files) {
        TargetsMetadata parent = base.targets();
        List<String> paths = List.of("");
        Map<RoleName, RoleVersion> versions = new LinkedHashMap<>();
        for (RoleName step : role.way()) {
            Delegation delegation = parent.delegation(step)
                    .orElseThrow(() -> new MetadataException(NO_SUCH_ROLE, "delegation " + step + " not found"))
                    .within(paths);
            SignedMetadata file = files.get(step);
            if (file == null) {
                throw new MetadataException(NO_SUCH_ROLE, "delegation " + step + " has no file");
            }
            TargetsMetadata targets = TargetsMetadata.of(file);
            try {
                delegation.keys().verify(file);
            } catch (MetadataException e) {
                throw e.during("error validating delegation " + step + " signatures");
            }
            file.checkNotExpired(now);
            base.snapshot().check(file, comparison);
            versions.put(step, new RoleVersion(file.version(), delegation.fingerprint(), file.expires()));
            parent = targets;
            paths = delegation.paths();
        }
        return new TrustedTargets(parent, paths, versions);
    }

    /**
     * What a memory against rollback has to keep: the version of each role with who may sign it and how long it holds. Delegations
     * that the snapshot lists but that were not read have version 0.
     *
     * @param read delegations that were verified
     */
    public Map<RoleName, RoleVersion> versions(List<TrustedTargets> read) {
        Map<RoleName, RoleVersion> versions = new LinkedHashMap<>();
        put(versions, base.root().file());
        put(versions, base.targets().file());
        put(versions, base.snapshot().file());
        put(versions, base.timestamp().file());
        for (RoleName listed : base.snapshot().roles()) {
            base.targets()
                    .delegation(listed)
                    .ifPresent(delegation -> versions.put(
                            listed,
                            new RoleVersion(
                                    0,
                                    delegation.fingerprint(),
                                    base.snapshot().file().expires())));
        }
        read.forEach(targets -> versions.putAll(targets.versions()));
        return versions;
    }

    private void put(Map<RoleName, RoleVersion> versions, SignedMetadata file) {
        versions.put(
                file.role(),
                new RoleVersion(file.version(), base.root().keysOf(file.role()).fingerprint(), file.expires()));
    }

    private static void verifyRole(BaseRoles base, SignedMetadata file, Instant now) {
        try {
            base.root().keysOf(file.role()).verify(file);
        } catch (MetadataException e) {
            throw e.during("error validating " + file.role() + " signatures");
        }
        file.checkNotExpired(now);
    }
}

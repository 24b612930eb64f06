package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.ROLLBACK;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The newest versions that were seen of one repository's roles.
 *
 * @param roles by name
 */
public record SeenRoles(Map<RoleName, Seen> roles) {
    public static final SeenRoles NONE = new SeenRoles(Map.of());

    /** A repository with more delegations than this is remembered in part. */
    private static final int MOST = 200;

    public SeenRoles {
        roles = Map.copyOf(roles);
    }

    /**
     * One role.
     *
     * @param at when it was last seen
     * @param until from when on it no longer counts: never later than the seen file's own expiry
     */
    public record Seen(long version, String keys, Instant at, Instant until) {}

    /** Without what no longer counts. */
    public SeenRoles at(Instant now) {
        Map<RoleName, Seen> valid = new LinkedHashMap<>(roles);
        valid.values().removeIf(seen -> seen.until().isBefore(now));
        return new SeenRoles(valid);
    }

    /** What was seen after a moment. */
    public SeenRoles after(Instant moment) {
        Map<RoleName, Seen> later = new LinkedHashMap<>(roles);
        later.values().removeIf(seen -> !seen.at().isAfter(moment));
        return new SeenRoles(later);
    }

    /**
     * Refuses what is older than what was seen. A role whose keys were changed by a newer root (or, for a delegation, a newer
     * targets file) starts afresh, so that a repository recovers from a thief who signed a huge version (TUF 5.3.11).
     *
     * @throws MetadataException {@code ROLLBACK}, saying which version was seen when
     */
    public void check(TrustedRoles trusted, Map<RoleName, RoleVersion> offered) {
        for (Map.Entry<RoleName, Seen> known : new TreeMap<>(roles).entrySet()) {
            RoleName role = known.getKey();
            Seen seen = known.getValue();
            RoleVersion now = offered.get(role);
            if (now == null) {
                checkDropped(trusted, role, seen);
            } else if (now.version() != 0 && now.version() < seen.version() && !rotated(role, seen, now, offered)) {
                throw new MetadataException(
                        ROLLBACK,
                        "the server offers " + role + " version " + now.version() + ", but version " + seen.version()
                                + " was seen at " + seen.at());
            }
        }
    }

    /** A delegation that is still declared by the same keys cannot lose its file. */
    private static void checkDropped(TrustedRoles trusted, RoleName role, Seen seen) {
        boolean declared = trusted.base()
                .targets()
                .delegation(role)
                .filter(delegation -> delegation.fingerprint().equals(seen.keys()))
                .isPresent();
        if (declared) {
            throw new MetadataException(
                    ROLLBACK,
                    "the server's snapshot no longer lists " + role + ", but it did at " + seen.at()
                            + (seen.version() == 0 ? "" : " with version " + seen.version()));
        }
    }

    private boolean rotated(RoleName role, Seen seen, RoleVersion now, Map<RoleName, RoleVersion> offered) {
        RoleName declarer = role.isDelegation() ? role.parent() : RoleName.ROOT;
        Seen before = roles.get(declarer);
        RoleVersion after = offered.get(declarer);
        return !role.equals(RoleName.ROOT)
                && !now.keys().equals(seen.keys())
                && (before == null || (after != null && after.version() > before.version()));
    }

    /**
     * What to remember now. To be called after {@link #check} only.
     *
     * @param longest how long a version is remembered at most
     */
    public SeenRoles with(Map<RoleName, RoleVersion> offered, Instant now, Duration longest) {
        Map<RoleName, Seen> newest = new LinkedHashMap<>();
        offered.forEach((role, version) -> {
            Instant most = now.plus(longest);
            Seen seen = new Seen(
                    version.version(),
                    version.keys(),
                    now,
                    version.expires().isBefore(most) ? version.expires() : most);
            Seen before = roles.get(role);
            // Only listed this time: what was read before still counts.
            boolean keep =
                    before != null && version.version() == 0 && before.keys().equals(version.keys());
            if (newest.size() < MOST) {
                newest.put(role, keep ? before : seen);
            }
        });
        return new SeenRoles(newest);
    }

    /** Of what two saw of one repository, what was seen later, except where the other one knew a newer version. */
    public static SeenRoles latest(SeenRoles one, SeenRoles other) {
        return one.last().isAfter(other.last()) ? newer(other, one) : newer(one, other);
    }

    private Instant last() {
        return roles.values().stream()
                .map(Seen::at)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
    }

    /** Of two that were seen at about the same time, the later one, except where the earlier one knew a newer version. */
    static SeenRoles newer(SeenRoles earlier, SeenRoles later) {
        Map<RoleName, Seen> newest = new LinkedHashMap<>(later.roles());
        newest.replaceAll((role, seen) -> {
            Seen other = earlier.roles().get(role);
            return other != null && other.keys().equals(seen.keys()) && other.version() > seen.version() ? other : seen;
        });
        return new SeenRoles(newest);
    }
}

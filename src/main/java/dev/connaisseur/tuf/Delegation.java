package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.MALFORMED;

import java.util.List;

/** A role that another role trusts below itself. Its name is one level below the role that declares it: there are no cycles. */
public final class Delegation {
    private static final int LONGEST_SHOWN = 40;

    private final RoleName role;
    private final List<String> paths;
    private final List<String> keyIds;
    private final long threshold;
    private final KeyRing ring;

    private Delegation(RoleName role, List<String> paths, List<String> keyIds, long threshold, KeyRing ring) {
        this.role = role;
        this.paths = List.copyOf(paths);
        this.keyIds = List.copyOf(keyIds);
        this.threshold = threshold;
        this.ring = ring;
    }

    static Delegation read(RoleName parent, Members json, KeyRing keys) {
        String name = json.string("name");
        RoleName role = RoleName.parse(name)
                .filter(parent::isParentOf)
                .orElseThrow(() -> new MetadataException(
                        MALFORMED, "delegation role " + brief(name) + " invalid below " + parent));
        List<String> keyIds = json.strings("keyids");
        long threshold = json.integer("threshold", Long.MIN_VALUE);
        keys.checkRole(name, keyIds, threshold);
        return new Delegation(role, json.strings("paths"), keyIds, threshold, keys);
    }

    public RoleName role() {
        return role;
    }

    /** What the names of its targets must begin with; {@code ""} allows all names, no entry allows none. */
    public List<String> paths() {
        return paths;
    }

    /**
     * The keys that may sign for the role.
     *
     * @throws MetadataException if a key is declared under a wrong id
     */
    public RoleKeys keys() {
        return ring.of(role.text(), keyIds, threshold);
    }

    /** As {@link RoleKeys#fingerprint()}, without reading the keys. */
    String fingerprint() {
        return RoleKeys.fingerprint(keyIds, threshold);
    }

    /** Whether the role may sign a target of this name. */
    public boolean covers(String target) {
        return paths.stream().anyMatch(target::startsWith);
    }

    /** The delegation that remains below one with these paths: a path that leaves them is void. */
    public Delegation within(List<String> parentPaths) {
        List<String> kept = paths.stream()
                .filter(path -> parentPaths.stream().anyMatch(path::startsWith))
                .toList();
        return new Delegation(role, kept, keyIds, threshold, ring);
    }

    private static String brief(String name) {
        return name.length() <= LONGEST_SHOWN ? name : name.substring(0, LONGEST_SHOWN) + "…";
    }
}

package dev.connaisseur.tuf;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one verified role signs. Targets whose names its delegation does not cover are not there. */
public final class TrustedTargets {
    private final TargetsMetadata targets;
    private final List<String> paths;
    private final Map<RoleName, RoleVersion> versions;

    /** @param versions of this delegation and of all on the way to it */
    TrustedTargets(TargetsMetadata targets, List<String> paths, Map<RoleName, RoleVersion> versions) {
        this.targets = targets;
        this.paths = List.copyOf(paths);
        this.versions = Map.copyOf(versions);
    }

    public RoleName role() {
        return targets.file().role();
    }

    public boolean hasDelegations() {
        return targets.hasDelegations();
    }

    /** What the names of the role's targets must begin with. */
    public List<String> paths() {
        return paths;
    }

    /** The SHA-256 (lower-case hex) that is signed under exactly this name. */
    public Optional<String> sha256(String name) {
        return covers(name) ? targets.sha256(name) : Optional.empty();
    }

    /** Whether this SHA-256 (lower-case hex) is signed under any name. */
    public boolean signs(String sha256) {
        return targets.targets().entrySet().stream()
                .anyMatch(target -> target.getValue().names(sha256) && covers(target.getKey()));
    }

    /** Whether the role may sign a target of this name at all. */
    public boolean covers(String name) {
        return paths.stream().anyMatch(name::startsWith);
    }

    Map<RoleName, RoleVersion> versions() {
        return versions;
    }
}

package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.MALFORMED;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code targets.json} or the file of a delegation: what is signed by name, and whom the role trusts below itself. */
public final class TargetsMetadata {
    private final SignedMetadata file;
    private final Map<String, MetaFile> targets;
    private final Map<RoleName, Delegation> delegations;

    private TargetsMetadata(SignedMetadata file) {
        this.file = file;
        this.targets = new LinkedHashMap<>();
        Members declared = file.signed().object("targets");
        for (String name : declared.json().keySet()) {
            targets.put(name, file.dialect().metaFile(declared.object(name)));
        }
        this.delegations = new LinkedHashMap<>();
        if (file.dialect() == Dialect.TUF) {
            return; // whom it trusts below itself is not followed there
        }
        Members below = file.signed().object("delegations");
        KeyRing keys = new KeyRing(below.object("keys"), file.dialect());
        for (Members role : below.objects("roles")) {
            Delegation delegation = Delegation.read(file.role(), role, keys);
            if (delegations.put(delegation.role(), delegation) != null) {
                throw new MetadataException(MALFORMED, "delegation role " + delegation.role() + " is declared twice");
            }
        }
    }

    /**
     * Reads the file of {@code targets} or of a delegation.
     *
     * @throws MetadataException if a target or delegation is not as it must be
     */
    public static TargetsMetadata of(SignedMetadata file) {
        return new TargetsMetadata(file);
    }

    public SignedMetadata file() {
        return file;
    }

    /** What is signed, by name, in the file's order. */
    public Map<String, MetaFile> targets() {
        return Map.copyOf(targets);
    }

    /**
     * The SHA-256 (lower-case hex) that is signed under exactly this name; empty if there is no such target, or it has other hashes
     * only.
     */
    public Optional<String> sha256(String name) {
        return Optional.ofNullable(targets.get(name))
                .map(target -> target.hashes().get("sha256"));
    }

    public boolean hasDelegations() {
        return !delegations.isEmpty();
    }

    /** The delegation directly below this role. */
    public Optional<Delegation> delegation(RoleName role) {
        return Optional.ofNullable(delegations.get(role));
    }
}

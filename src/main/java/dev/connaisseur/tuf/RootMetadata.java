package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.MALFORMED;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code root.json}: which keys may sign for the four base roles. */
public final class RootMetadata {
    private final SignedMetadata file;
    private final KeyRing keys;
    private final Map<RoleName, Members> roles;

    private RootMetadata(SignedMetadata file) {
        this.file = file;
        this.keys = new KeyRing(file.signed().object("keys"), file.dialect());
        this.roles = new HashMap<>();
        Members declared = file.signed().object("roles");
        for (RoleName base : RoleName.BASE) {
            if (!declared.has(base.text())) {
                throw new MetadataException(MALFORMED, "missing " + base + " role specification");
            }
            Members role = declared.object(base.text());
            keys.checkRole(base.text(), role.strings("keyids"), role.integer("threshold", Long.MIN_VALUE));
            roles.put(base, role);
        }
    }

    /**
     * Reads a root file.
     *
     * @throws MetadataException if it does not declare all four roles with their keys
     */
    public static RootMetadata of(SignedMetadata file) {
        return new RootMetadata(file);
    }

    public SignedMetadata file() {
        return file;
    }

    /** The keys of a base role. */
    public RoleKeys keysOf(RoleName base) {
        Members role = roles.get(base);
        if (role == null) {
            throw new IllegalArgumentException("not a base role");
        }
        List<String> ids = role.strings("keyids");
        return keys.of(base.text(), ids, role.integer("threshold", 1));
    }
}

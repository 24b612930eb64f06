package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.MALFORMED;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys that a root or targets file declares, by declared id. They are read when a role needs them: a broken key spoils only the
 * roles that name it.
 */
final class KeyRing {
    private static final int MOST_KEYS_OF_A_ROLE = 100;

    private final Members keys;
    private final Dialect dialect;

    KeyRing(Members keys, Dialect dialect) {
        this.keys = keys;
        this.dialect = dialect;
    }

    /** Checks what can be said of a role without reading its keys. */
    void checkRole(String role, List<String> keyIds, long threshold) {
        if (threshold < 1) {
            throw new MetadataException(MALFORMED, "invalid threshold specified for " + role + ": " + threshold);
        }
        if (keyIds.size() > MOST_KEYS_OF_A_ROLE) {
            throw new MetadataException(MALFORMED, "role " + role + " has more than " + MOST_KEYS_OF_A_ROLE + " keys");
        }
        for (String id : keyIds) {
            if (!keys.has(id)) {
                throw new MetadataException(
                        MALFORMED, "a key ID is specified in " + role + " without corresponding key");
            }
        }
    }

    /**
     * The keys of one role.
     *
     * @throws MetadataException if a key does not have the id under which it is declared
     */
    RoleKeys of(String role, List<String> keyIds, long threshold) {
        Set<String> distinct = new LinkedHashSet<>(keyIds);
        Map<String, TufKey> found = new HashMap<>();
        for (String id : distinct) {
            Members entry = keys.object(id);
            TufKey key = dialect.key(id, entry);
            if (!key.id().equals(id)) {
                throw new MetadataException(
                        MALFORMED, "a key of role " + role + " is declared under another ID than its own, " + key.id());
            }
            found.put(id, key);
        }
        return new RoleKeys(found, (int) Math.min(threshold, Integer.MAX_VALUE));
    }
}

package dev.connaisseur.trust;

import dev.connaisseur.config.ConfigSection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The trust roots of one validator, in configured order.
 *
 * @param byName the first of each name
 */
public record TrustRoots(Map<String, TrustRoot> byName) {
    /** The trust root of a rule that names none. */
    public static final String DEFAULT = "default";

    /** The reference that means all of them. */
    public static final String ALL = "*";

    /** What a validator can verify with. */
    public enum Material {
        /** Public keys. */
        KEY,
        /** Public keys, and identities in short-lived certificates. */
        KEY_OR_KEYLESS,
        /** Certificates. */
        CERTIFICATE
    }

    public TrustRoots {
        byName = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /**
     * Reads {@code trustRoots} of a validator and reports to it whatever is wrong. A root whose material cannot be used is
     * {@link TrustRoot.Unusable}.
     *
     * @param validator the validator's name, for messages
     */
    public static TrustRoots parse(String validator, ConfigSection section, Material material) {
        List<ConfigSection> entries = section.sections("trustRoots");
        if (entries.isEmpty()) {
            section.error(
                    "trustRoots",
                    "no trust roots provided for validator " + validator,
                    "List at least one trust root with a name and its "
                            + (material == Material.CERTIFICATE ? "cert." : "key."));
        }
        Map<String, TrustRoot> roots = new LinkedHashMap<>();
        for (ConfigSection entry : entries) {
            TrustRoot root = new TrustRootReader(validator, material).read(entry);
            if (roots.putIfAbsent(root.name(), root) != null && !root.name().isEmpty()) {
                entry.warning(
                        "name",
                        "another trust root of validator " + validator + " is called " + root.name() + " already",
                        "The first one is used: rename or remove this one.");
            }
        }
        return new TrustRoots(roots);
    }

    public Optional<TrustRoot> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public List<TrustRoot> all() {
        return new ArrayList<>(byName.values());
    }

    /**
     * What a rule's {@code trustRoot} means: all for {@value #ALL}, {@value #DEFAULT} for an empty text, else the one of this
     * name. Empty if there is no such trust root.
     */
    public List<TrustRoot> select(String reference) {
        if (reference.equals(ALL)) {
            return all();
        }
        return named(reference.isEmpty() ? DEFAULT : reference).stream().toList();
    }
}

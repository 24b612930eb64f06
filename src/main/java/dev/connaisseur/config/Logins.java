package dev.connaisseur.config;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The logins of one validator by what they are for: a registry host, or a host and the beginning of a path. A login is given out
 * for exactly its host and for whole path segments only, so that {@code registry.io} never speaks to {@code registry.io.evil.com}
 * and {@code registry.io/team} never for {@code registry.io/team-x}. (The original compares plain string prefixes.)
 *
 * @param byPrefix keys as {@link RegistryKey} normalises them
 * @param keychain whether the credentials that the platform gives to the process are wanted instead
 * @param pullSecrets whether those of the object that is reviewed are wanted before all others
 */
public record Logins(Map<String, Login> byPrefix, boolean keychain, boolean pullSecrets) {
    public static final Logins NONE = new Logins(Map.of());

    public Logins {
        byPrefix = Map.copyOf(byPrefix);
    }

    /** These and no others. */
    public Logins(Map<String, Login> byPrefix) {
        this(byPrefix, false, false);
    }

    /** The same, and those of the object that is reviewed before them. */
    Logins withPullSecrets() {
        return new Logins(byPrefix, keychain, true);
    }

    /** Whether one of them is for this host. */
    public boolean name(String host) {
        return byPrefix.keySet().stream().anyMatch(key -> key.split("/", 2)[0].equalsIgnoreCase(host));
    }

    public boolean isEmpty() {
        return byPrefix.isEmpty();
    }

    /**
     * The login with the longest fitting path.
     *
     * @param repository host and path without tag, {@code index.docker.io/library/nginx}; or a host alone
     */
    public Optional<Login> forRepository(String repository) {
        String prefix = RegistryKey.withPlainHost(repository);
        while (true) {
            Login login = byPrefix.get(prefix);
            int slash = prefix.lastIndexOf('/');
            if (login != null || slash < 0) {
                return Optional.ofNullable(login);
            }
            prefix = prefix.substring(0, slash);
        }
    }

    /** The hosts that have a login, for messages and for where credentials may go. */
    @Override
    public String toString() {
        return "Logins" + new TreeMap<>(byPrefix).keySet();
    }
}

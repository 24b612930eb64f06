package dev.connaisseur.config;

import java.util.Optional;

/**
 * The logins that the pull secrets of an object hold.
 *
 * @param trouble why there may be fewer than there should be, for people
 */
public record PulledLogins(Logins logins, Optional<String> trouble) {
    public static final PulledLogins NONE = new PulledLogins(Logins.NONE, Optional.empty());
}

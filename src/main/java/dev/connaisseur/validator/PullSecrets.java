package dev.connaisseur.validator;

import dev.connaisseur.config.PulledLogins;

/** The pull secrets of the object under review: those that its pods will pull their images with. */
public interface PullSecrets {
    /** An object that has none. */
    PullSecrets NONE = new PullSecrets() {
        @Override
        public PulledLogins logins() {
            return PulledLogins.NONE;
        }

        @Override
        public String scope() {
            return "";
        }
    };

    /** The logins in them. May ask the API server, once. */
    PulledLogins logins();

    /** Names the namespace and the secrets: what is found out with them is told to nobody with another scope. Asks nobody. */
    String scope();
}

package dev.connaisseur.config;

/**
 * What to say to a registry. Never printed.
 *
 * @param username may be empty
 * @param password may be empty
 * @param identityToken an OAuth2 refresh token, empty where there is none
 */
public record Login(String username, String password, String identityToken) {

    /** Both a name and a password are there, as cosign and notation demand it. */
    public boolean complete() {
        return !username.isEmpty() && !password.isEmpty();
    }

    @Override
    public String toString() {
        return "Login[hidden]";
    }
}

package dev.connaisseur.config;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The two kinds of files that hold registry logins, read into logins by {@link RegistryKey}. Mistakes go to the file's section. */
final class LoginFile {
    /** The original's key for a login that names no registry. */
    static final String NO_REGISTRY = "EMPTYAUTH";

    private LoginFile() {}

    /** {@code username}, {@code password}, {@code registry}; other keys are tolerated. */
    static Map<String, Login> secretYaml(ConfigSection file, Optional<String> defaultRegistry) {
        Login login = new Login(
                file.string("username").orElse(""), file.string("password").orElse(""), "");
        Map<String, Login> logins = new HashMap<>();
        file.string("registry")
                .filter(text -> !text.isEmpty())
                .or(() -> defaultRegistry)
                .ifPresentOrElse(
                        registry -> put(logins, file, "registry", registry, login),
                        () -> logins.put(NO_REGISTRY, login));
        return logins;
    }

    /** Docker's {@code auths}; credential helpers and stores are programs that are not run here. */
    static Map<String, Login> dockerConfig(ConfigSection file) {
        for (String unused : List.of("credHelpers", "credsStore")) {
            if (file.has(unused)) {
                file.warning(
                        unused, unused + " of the docker configuration is ignored", "Write the login under auths.");
            }
        }
        Map<String, Login> logins = new HashMap<>();
        file.section("auths").ifPresent(auths -> {
            for (String key : auths.keys()) {
                auths.section(key).ifPresent(entry -> put(logins, auths, key, key, login(entry)));
            }
        });
        return logins;
    }

    /** {@code auth} (base64 of {@code user:password}) goes before {@code username} and {@code password}, as in docker. */
    private static Login login(ConfigSection entry) {
        String token = entry.string("identitytoken").orElse("");
        Optional<String> encoded = entry.string("auth").filter(text -> !text.isEmpty());
        if (encoded.isEmpty()) {
            String username = entry.string("username").orElse("");
            return new Login(username, entry.string("password").orElse(""), token);
        }
        String pair = decode(encoded.get());
        int colon = pair.indexOf(':');
        if (colon < 0) {
            entry.error("auth", "auth is not the base64 of user:password", "");
            return new Login("", "", token);
        }
        return new Login(pair.substring(0, colon), pair.substring(colon + 1).replaceAll("^\0+|\0+$", ""), token);
    }

    private static String decode(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static void put(Map<String, Login> logins, ConfigSection file, String field, String registry, Login login) {
        try {
            logins.putIfAbsent(RegistryKey.normalise(registry), login);
        } catch (IllegalArgumentException e) {
            file.error(field, String.valueOf(e.getMessage()), "");
        }
    }
}

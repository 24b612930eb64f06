package dev.connaisseur.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Reads the registry credentials that validators name by {@code auth.secretName}, from files that Kubernetes mounts. One instance
 * serves the loading of one configuration and remembers what it read, for the fingerprint. No value of a secret ever stands in a
 * message.
 */
public final class Secrets {
    private static final String SECRET_YAML = "secret.yaml";
    private static final String DOCKER_CONFIG = ".dockerconfigjson";

    private final Path directory;
    private final SortedMap<String, String> digests = new TreeMap<>();

    public Secrets(Path directory) {
        this.directory = directory;
    }

    /**
     * The logins that the {@code auth} of a validator gives; none where it has no {@code auth}. Mistakes are reported to the
     * section.
     *
     * @param defaultRegistry whose login a {@code secret.yaml} without {@code registry} is: notaryv1's own host; empty for
     *     validators that have none
     */
    public Logins logins(ConfigSection validator, Optional<String> defaultRegistry) {
        Optional<ConfigSection> section = validator.section("auth");
        if (section.isEmpty()) {
            return Logins.NONE;
        }
        ConfigSection auth = section.get();
        for (String key : auth.keys()) {
            if (!key.equals("secretName") && !key.equals("useKeychain")) {
                auth.warning(
                        key,
                        "field " + key + " is ignored",
                        Spelling.remedy(key, List.of("secretName", "useKeychain")));
            }
        }
        if (auth.has("secretName")) {
            if (auth.has("useKeychain")) {
                auth.warning("useKeychain", "useKeychain is ignored beside secretName", "Keep one of the two.");
            }
            String name = auth.requiredStrictString("secretName");
            return name.isEmpty() ? Logins.NONE : fromSecret(auth, name, defaultRegistry);
        }
        if (!auth.has("useKeychain")) {
            auth.error("", "neither secretName nor useKeychain defined", "Name a secret, or remove auth.");
        } else if (auth.bool("useKeychain").orElse(false)) {
            auth.warning(
                    "useKeychain",
                    "useKeychain has no effect: no credentials of the platform are looked up",
                    "Name a secret with secretName where the registry asks for credentials.");
        }
        return Logins.NONE;
    }

    /** SHA-256 of every file that was read, by its name. */
    public Map<String, String> digests() {
        return Map.copyOf(digests);
    }

    private Logins fromSecret(ConfigSection auth, String name, Optional<String> defaultRegistry) {
        try {
            Optional<byte[]> yaml = read(name, SECRET_YAML);
            if (yaml.isPresent()) {
                return parse(auth, name, SECRET_YAML, yaml.get(), file -> login(file, auth, defaultRegistry));
            }
            Optional<byte[]> docker = read(name, DOCKER_CONFIG);
            if (docker.isPresent()) {
                return parse(auth, name, DOCKER_CONFIG, docker.get(), file -> dockerLogins(file, auth));
            }
            auth.error(
                    "secretName",
                    "no authentication file for secret " + name,
                    "Mount a Secret with the key " + SECRET_YAML + " or " + DOCKER_CONFIG + " at "
                            + directory.resolve(name) + ".");
        } catch (Folder.EscapeException e) {
            auth.error(
                    "secretName",
                    "no authentication file for secret " + name,
                    "The name must be that of a directory in " + directory
                            + ", and its files must not lead out of it.");
        } catch (IOException e) {
            auth.error("secretName", "error reading authentication file in " + directory.resolve(name) + ": " + e, "");
        }
        return Logins.NONE;
    }

    private Optional<byte[]> read(String name, String file) throws IOException {
        try {
            byte[] content = new Folder(directory).read(name, file);
            digests.put(name + "/" + file, Fingerprint.sha256(content));
            return Optional.of(content);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Reads one file with problems of its own and reports them where the validator names the secret. */
    private Logins parse(
            ConfigSection auth,
            String name,
            String file,
            byte[] content,
            Function<ConfigSection, Map<String, Login>> reader) {
        String path = directory.resolve(name).resolve(file).toString();
        Problems problems = new Problems(OnProblem.REFUSE);
        BiConsumer<Problem, String> report = (problem, cause) -> auth.error(
                "secretName",
                "error reading authentication file " + path + ": "
                        + (problem.line() > 0 ? "line " + problem.line() + " " : "") + cause,
                "Correct the Secret.");
        // JSON is YAML, so one strict reader does for both.
        Optional<ConfigSection> root = ConfigDocument.parse(path, content, problems);
        if (root.isEmpty() || problems.hasErrors()) {
            // What the parser says could quote the secret.
            problems.errors().forEach(p -> report.accept(p, "cannot be read; quote values with special characters"));
            return Logins.NONE;
        }
        Map<String, Login> logins = reader.apply(root.get());
        problems.errors().forEach(p -> report.accept(p, p.path() + ": " + p.what()));
        return new Logins(logins);
    }

    private static Map<String, Login> login(ConfigSection file, ConfigSection auth, Optional<String> defaultRegistry) {
        Login login = new Login(
                file.string("username").orElse(""), file.string("password").orElse(""), "");
        Optional<String> registry = file.string("registry").filter(text -> !text.isEmpty());
        Map<String, Login> logins = new HashMap<>();
        if (registry.isEmpty() && defaultRegistry.isEmpty()) {
            auth.warning(
                    "secretName",
                    "the secret names no registry, so its credentials are never used",
                    "Add registry to the secret.");
            requireContent(auth, "EMPTYAUTH", login);
        } else {
            put(
                    logins,
                    file,
                    auth,
                    "registry",
                    registry.or(() -> defaultRegistry).orElse(""),
                    login);
        }
        return logins;
    }

    private static Map<String, Login> dockerLogins(ConfigSection file, ConfigSection auth) {
        for (String unused : List.of("credHelpers", "credsStore")) {
            if (file.has(unused)) {
                auth.warning(
                        "secretName",
                        unused + " of the docker configuration is ignored",
                        "Write the login under auths.");
            }
        }
        Map<String, Login> logins = new HashMap<>();
        ConfigSection auths = file.section("auths").orElse(file);
        if (!file.has("auths") || auths.keys().isEmpty()) {
            auth.error(
                    "secretName",
                    "AuthConfigs must contain at least 1 item",
                    "Add a registry under auths of the secret.");
            return logins;
        }
        for (String key : auths.keys()) {
            auths.section(key).ifPresent(entry -> put(logins, auths, auth, key, key, dockerLogin(entry)));
        }
        return logins;
    }

    /** {@code auth} (base64 of {@code user:password}) goes before {@code username} and {@code password}, as in docker. */
    private static Login dockerLogin(ConfigSection entry) {
        String token = entry.string("identitytoken").orElse("");
        String username = entry.string("username").orElse("");
        String password = entry.string("password").orElse("");
        Optional<String> encoded = entry.string("auth").filter(text -> !text.isEmpty());
        if (encoded.isPresent()) {
            String pair = decode(encoded.get()).orElse("");
            int colon = pair.indexOf(':');
            if (colon < 0) {
                entry.error("auth", "auth is not the base64 of user:password", "");
            } else {
                username = pair.substring(0, colon);
                password = pair.substring(colon + 1).replaceAll("^\0+|\0+$", "");
            }
        }
        return new Login(username, password, token);
    }

    private static Optional<String> decode(String base64) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static void put(
            Map<String, Login> logins,
            ConfigSection file,
            ConfigSection auth,
            String field,
            String registry,
            Login login) {
        try {
            String key = RegistryKey.normalise(registry);
            requireContent(auth, key, login);
            logins.putIfAbsent(key, login);
        } catch (IllegalArgumentException e) {
            file.error(field, String.valueOf(e.getMessage()), "");
        }
    }

    private static void requireContent(ConfigSection auth, String registry, Login login) {
        if (login.username().isEmpty() && login.password().isEmpty()) {
            auth.error(
                    "secretName",
                    "AuthConfigs[" + registry + "] is a required field",
                    "Give the registry a user name and password in the secret.");
        }
    }
}

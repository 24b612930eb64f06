package dev.connaisseur.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the registry credentials that validators name by {@code auth.secretName}, from files that Kubernetes mounts. One instance
 * serves the loading of one configuration and remembers what it read, for the fingerprint. No value of a secret ever stands in a
 * message.
 */
public final class Secrets {
    private static final List<String> KEYS = List.of("secretName", "useKeychain", "useImagePullSecrets");
    private static final String SECRET_YAML = "secret.yaml";
    private static final String DOCKER_CONFIG = ".dockerconfigjson";
    private static final long MAX_DOCKER_CONFIG = 1 << 20;

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
            if (!KEYS.contains(key)) {
                auth.warning(key, "field " + key + " is ignored", Spelling.remedy(key, KEYS));
            }
        }
        Logins own = own(auth, defaultRegistry);
        return auth.bool("useImagePullSecrets").orElse(false) ? own.withPullSecrets() : own;
    }

    private Logins own(ConfigSection auth, Optional<String> defaultRegistry) {
        if (auth.has("secretName")) {
            if (auth.has("useKeychain")) {
                auth.warning("useKeychain", "useKeychain is ignored beside secretName", "Keep one of the two.");
            }
            String name = auth.requiredStrictString("secretName");
            return name.isEmpty() ? Logins.NONE : fromSecret(auth, name, defaultRegistry);
        }
        if (!auth.has("useKeychain") && !auth.has("useImagePullSecrets")) {
            auth.error("", "neither secretName nor useKeychain defined", "Name a secret, or remove auth.");
        }
        return new Logins(Map.of(), auth.bool("useKeychain").orElse(false), false);
    }

    /** The logins of docker's own configuration file; what cannot be read counts for nothing. */
    public static Logins dockerConfig(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_DOCKER_CONFIG) {
                return Logins.NONE;
            }
            return dockerConfig(Files.readAllBytes(file));
        } catch (IOException e) {
            return Logins.NONE;
        }
    }

    /** The same for its content; entries that cannot be read count for nothing. */
    public static Logins dockerConfig(byte[] content) {
        Problems ignored = new Problems(OnProblem.REFUSE);
        return ConfigDocument.parse("docker configuration", content, ignored)
                .map(root -> new Logins(LoginFile.dockerConfig(root)))
                .orElse(Logins.NONE);
    }

    /** SHA-256 of every file that was read, by its name. */
    public Map<String, String> digests() {
        return Map.copyOf(digests);
    }

    private Logins fromSecret(ConfigSection auth, String name, Optional<String> defaultRegistry) {
        try {
            Optional<byte[]> yaml = read(name, SECRET_YAML);
            if (yaml.isPresent()) {
                return parse(auth, name, SECRET_YAML, yaml.get(), file -> LoginFile.secretYaml(file, defaultRegistry));
            }
            Optional<byte[]> docker = read(name, DOCKER_CONFIG);
            if (docker.isPresent()) {
                return parse(auth, name, DOCKER_CONFIG, docker.get(), LoginFile::dockerConfig);
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
        // JSON is YAML, so one strict reader does for both.
        Optional<ConfigSection> root = ConfigDocument.parse(path, content, problems);
        if (root.isEmpty() || problems.hasErrors()) {
            // What the parser says could quote the secret.
            problems.errors().forEach(p -> unreadable(auth, p, "cannot be read; quote values with special characters"));
            return Logins.NONE;
        }
        Map<String, Login> logins = new HashMap<>(reader.apply(root.get()));
        if (problems.hasErrors()) {
            problems.errors().forEach(p -> unreadable(auth, p, p.path() + ": " + p.what()));
            return Logins.NONE;
        }
        problems.warnings().forEach(p -> auth.warning("secretName", p.what(), p.remedy()));
        return complete(auth, logins);
    }

    private static void unreadable(ConfigSection auth, Problem problem, String cause) {
        String line = problem.line() > 0 ? "line " + problem.line() + " " : "";
        auth.error(
                "secretName",
                "error reading authentication file " + problem.file() + ": " + line + cause,
                "Correct the Secret.");
    }

    private static Logins complete(ConfigSection auth, Map<String, Login> logins) {
        if (logins.isEmpty()) {
            String remedy = "Add a registry under auths of the secret.";
            auth.error("secretName", "AuthConfigs must contain at least 1 item", remedy);
        }
        new TreeMap<>(logins).forEach((registry, login) -> {
            if (login.username().isEmpty()
                    && login.password().isEmpty()
                    && login.identityToken().isEmpty()) {
                auth.error(
                        "secretName",
                        "AuthConfigs[" + registry + "] is a required field",
                        "Give the registry a user name and password in the secret.");
            }
        });
        if (logins.remove(LoginFile.NO_REGISTRY) != null) {
            auth.warning(
                    "secretName",
                    "the secret names no registry, so its credentials are never used",
                    "Add registry to the secret.");
        }
        return new Logins(logins);
    }
}

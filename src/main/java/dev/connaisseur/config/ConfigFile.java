package dev.connaisseur.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files that say how images are judged: {@code config.yaml} and the alerts' {@code config.yaml}. What their validators and
 * rules mean is read further in; here stands the frame.
 *
 * @param validators the entries of {@code validators}, in the file's order
 * @param policy the entries of {@code policy}, in the file's order
 * @param digests what the files say, by file
 */
public record ConfigFile(
        List<ConfigSection> validators, List<ConfigSection> policy, AlertConfig alerts, Map<String, String> digests) {
    private static final String NAME = "config.yaml";
    private static final Path MOUNTED_ALERTS = Path.of("/app/alerts");

    public ConfigFile {
        validators = List.copyOf(validators);
        policy = List.copyOf(policy);
        digests = Map.copyOf(digests);
    }

    /** Reads both files. Mistakes go to {@code problems}; the caller decides when to stop. */
    public static ConfigFile load(Settings.Directories directories, Problems problems) {
        Map<String, String> digests = new HashMap<>();
        Optional<ConfigSection> config = open(directories.config(), "error loading config: ", problems);
        config.ifPresent(section -> digests.put("config", section.digest()));
        Optional<ConfigSection> alerts = isLeftOut(directories.alerts())
                ? Optional.empty()
                : open(directories.alerts(), "error loading alerting config: ", problems);
        alerts.ifPresent(section -> digests.put("alerts", section.digest()));
        config.ifPresent(section -> {
            section.onlyKeys("validators", "policy", "alerting");
            section.section("alerting").ifPresent(alerting -> {
                AlertConfig.read(alerting);
                section.warning(
                        "alerting", "alerting is ignored here", "Alerts are configured by a file of their own.");
            });
        });
        return new ConfigFile(
                config.map(section -> entries(section, "validators", "Validators"))
                        .orElse(List.of()),
                config.map(section -> entries(section, "policy", "Policy")).orElse(List.of()),
                alerts.map(AlertConfig::read).orElse(AlertConfig.NONE),
                digests);
    }

    /** What the files say, and the secrets and alert templates that were read for them. */
    public Fingerprint fingerprint(Secrets secrets, AlertFiles alertFiles) {
        Map<String, String> all = new HashMap<>(digests);
        all.putAll(alertFiles.digests());
        secrets.digests().forEach((name, digest) -> all.put("secret " + name, digest));
        return Fingerprint.of(all);
    }

    private static List<ConfigSection> entries(ConfigSection section, String key, String field) {
        if (!section.has(key) || section.isEmptyList(key)) {
            section.error(key, field + " must contain at least 1 item", "Add an entry to " + key + ".");
        }
        return section.sections(key);
    }

    /** Outside a container nobody mounts the default directory; a directory that was named has to be there. */
    private static boolean isLeftOut(Path directory) {
        return directory.equals(MOUNTED_ALERTS) && !Files.isDirectory(directory);
    }

    private static Optional<ConfigSection> open(Path directory, String chain, Problems problems) {
        String file = directory.resolve(NAME).toString();
        try {
            return ConfigDocument.parse(file, new Folder(directory).read(NAME), problems);
        } catch (IOException e) {
            String what =
                    chain + "error sanitizing file with baseDir " + directory + " and pathElements [" + NAME + "]";
            String remedy = switch (e) {
                case NoSuchFileException missing -> "There is no such file.";
                case Folder.EscapeException escape -> "The file leads out of its directory.";
                default -> "It cannot be read: " + e.getMessage() + ".";
            };
            problems.add(new Problem(Problem.Severity.ERROR, file, "", 0, what, remedy));
            return Optional.empty();
        }
    }
}

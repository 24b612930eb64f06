package dev.connaisseur.cli;

import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command finds the configuration; what is not said here comes from the environment, as for the server. */
final class ConfigurationOptions {
    @Option(
            names = "--config",
            paramLabel = "DIRECTORY",
            description = "Directory of config.yaml (connaisseur.config.dir).")
    private @Nullable String config;

    @Option(
            names = "--secrets",
            paramLabel = "DIRECTORY",
            description = "Directory of registry credentials (connaisseur.secrets.dir).")
    private @Nullable String secrets;

    @Option(
            names = "--matching",
            paramLabel = "MODE",
            description = "How patterns match: both, anchored or legacy (connaisseur.policy.matching).")
    private @Nullable String matching;

    /** The server's settings with what was said on the command line. */
    Settings settings() {
        Map<String, Optional<String>> said = Map.of(
                "connaisseur.config.dir", Optional.ofNullable(config),
                "connaisseur.secrets.dir", Optional.ofNullable(secrets),
                "connaisseur.policy.matching", Optional.ofNullable(matching));
        PropertySource source = new PropertySource(System.getenv(), map(System.getProperties()));
        return Settings.read(name -> said.getOrDefault(name, Optional.empty()).or(() -> source.apply(name)));
    }

    private static Map<String, String> map(Properties properties) {
        Map<String, String> map = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
        return map;
    }
}

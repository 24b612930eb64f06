package dev.connaisseur.config;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Settings where no container reads them: system properties before environment before the defaults file, with the names that
 * MicroProfile Config looks for. An empty value counts as not set.
 *
 * @see <a href="https://download.eclipse.org/microprofile/microprofile-config-3.1/microprofile-config-spec-3.1.html#default_configsources.env.mapping">Environment
 *     variables mapping rules</a>
 */
public final class PropertySource implements Function<String, Optional<String>> {
    private static final String DEFAULTS = "/META-INF/microprofile-config.properties";

    private final Map<String, String> environment;
    private final Map<String, String> system;
    private final Map<String, String> defaults = defaults();

    public PropertySource(Map<String, String> environment, Map<String, String> system) {
        this.environment = Map.copyOf(environment);
        this.system = Map.copyOf(system);
    }

    @Override
    public Optional<String> apply(String name) {
        String underscored = underscored(name);
        return value(system, name)
                .or(() -> value(environment, name))
                .or(() -> value(environment, underscored))
                .or(() -> value(environment, underscored.toUpperCase(Locale.ROOT)))
                .or(() -> value(defaults, name));
    }

    /** The environment variable that the documentation names for a property: {@code connaisseur.config.dir} → {@code CONNAISSEUR_CONFIG_DIR}. */
    public static String environmentName(String property) {
        return underscored(property).toUpperCase(Locale.ROOT);
    }

    /** All settings with their defaults, by name. */
    static Map<String, String> defaults() {
        try (Reader reader = new InputStreamReader(
                Optional.ofNullable(PropertySource.class.getResourceAsStream(DEFAULTS))
                        .orElseThrow(() -> new IOException("no " + DEFAULTS + " on the class path")),
                StandardCharsets.UTF_8)) {
            Properties properties = new Properties();
            properties.load(reader);
            Map<String, String> defaults = new TreeMap<>();
            properties.stringPropertyNames().forEach(name -> defaults.put(name, properties.getProperty(name)));
            return defaults;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> value(Map<String, String> values, String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    private static String underscored(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_");
    }
}

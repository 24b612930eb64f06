package dev.connaisseur.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documentation names every setting with its variable and default. */
class ConfigurationPageTest {

    static java.util.SortedSet<String> names() {
        return Settings.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void namesEverySettingWithItsDefault(String name) throws IOException {
        String variable = PropertySource.environmentName(name);
        String standard = PropertySource.defaults().getOrDefault(name, "");
        String row = (name.equals(variable) ? "" : "| `" + name + "` ") + "| `" + variable + "` | "
                + (standard.isEmpty() ? "none" : "`" + standard + "`") + " |";
        assertThat(Files.readString(Path.of("src/site/markdown/configuration.md")))
                .contains(row);
    }
}

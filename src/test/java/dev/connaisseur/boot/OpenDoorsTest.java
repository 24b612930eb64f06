package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenDoorsTest {
    private static final String CONFIG = """
            validators:
              - {name: allow, type: static, approve: true}
              - {name: deny, type: static, approve: false}
            policy:
              - {pattern: "%s", validator: %s, with: {mode: %s}}
            """;

    private static List<String> said(Path directory, String config, String variable, String value) throws IOException {
        Files.writeString(directory.resolve("config.yaml"), config);
        Map<String, String> environment = new HashMap<>(Map.of("CONNAISSEUR_CONFIG_DIR", directory.toString()));
        environment.put(variable, value);
        Problems problems = new Problems(OnProblem.REFUSE);
        try (Engine engine = Engine.open(
                Settings.read(new PropertySource(environment, Map.of())),
                () -> Instant.EPOCH,
                new PrometheusRegistry())) {
            engine.read(problems).close();
        }
        return problems.warnings().stream().map(Problem::what).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*:* | allow | mutate | every image that no other rule governs is let in unseen",
                "** | allow | mutate | every image that no other rule governs is let in unseen",
                "*:* | deny | audit | mode audit refuses nothing",
                "*:* | deny | insecureValidateOnly | mode insecureValidateOnly leaves tags, which can move after they were verified"
            })
    void openRulesAreNamed(String pattern, String validator, String mode, String what, @TempDir Path directory)
            throws IOException {
        assertThat(said(directory, CONFIG.formatted(pattern, validator, mode), "X", "x"))
                .contains(what);
        assertThat(said(directory, CONFIG.formatted("*:*", "deny", "mutate"), "X", "x"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DETECTION_MODE | true | nothing is denied, refused images are only warned about",
                "RESOURCE_VALIDATION_MODE | podsOnly | only pods are denied and patched; automatic child approval is therefore off",
                "CONNAISSEUR_FEATURES_IMAGEVOLUMES | ignore | OCI artifacts mounted as volumes are not looked at"
            })
    void openModesAreNamed(String variable, String value, String what, @TempDir Path directory) throws IOException {
        assertThat(said(directory, CONFIG.formatted("*:*", "deny", "mutate"), variable, value))
                .containsExactly(what);
    }
}

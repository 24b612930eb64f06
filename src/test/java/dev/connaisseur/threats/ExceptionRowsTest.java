package dev.connaisseur.threats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.admission.DecisionRecord;
import dev.connaisseur.admission.Traces;
import dev.connaisseur.boot.Surroundings;
import dev.connaisseur.json.StrictJson;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows 107 and 108: what is let in on purpose is never unsaid, and two exceptions never make a third. */
@Timeout(120)
class ExceptionRowsTest {
    static final Set<Integer> ROWS = Set.of(107, 108);

    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final String RULES = """
            validators:
            - {name: allow, type: static, approve: true}
            - {name: deny, type: static, approve: false}
            policy:
            - {pattern: "*:*", validator: %s, with: {mode: %s}}
            """;
    private static final List<String> EXCEPTIONS = List.of(
            "{pattern: \"*:*\", validator: deny}",
            "{pattern: \"team.example/*:*\", validator: allow}",
            "{pattern: \"team.example/critical/*:*\", validator: deny}",
            "{pattern: \"team.example/critical/tool:*\", validator: allow}",
            "{pattern: \"*.example/*:*\", validator: deny, with: {mode: audit}}");

    @TempDir
    Path directory;

    /** Row 107. What the log says: {@code boot.OpenDoorsTest}; of the chart's failurePolicy its notes speak. */
    @ParameterizedTest
    @CsvSource({
        "deny, mutate, false, false, 0",
        "allow, mutate, false, true, 1",
        "deny, audit, false, true, 1",
        "deny, mutate, true, true, 1",
        "deny, audit, true, true, 2"
    })
    void openDoorsAreCounted(String validator, String mode, String detection, boolean admitted, int doors) {
        try (EngineTrial trial =
                EngineTrial.open(directory, RULES.formatted(validator, mode), "DETECTION_MODE", detection)) {
            assertThat(trial.ask(AMPLE, "evil.example/app:v1").allowed()).isEqualTo(admitted);
            assertThat(trial.openDoors()).isEqualTo(doors);
        }
    }

    /** Row 108: whatever else fits and in whatever order it stands, one rule decides, and the audit line names it. */
    @ParameterizedTest
    @CsvSource({
        "other.org/app:v1, false, *:*",
        "team.example/app:v1, true, team.example/*:*",
        "team.example/critical/app:v1, false, team.example/critical/*:*",
        "team.example/critical/tool:v1, true, team.example/critical/tool:*",
        "other.example/app:v1, true, *.example/*:*"
    })
    void theMostSpecificRuleAloneDecides(String image, boolean admitted, String rule) {
        for (int turn = 0; turn < EXCEPTIONS.size(); turn++) {
            List<String> rules = new ArrayList<>(EXCEPTIONS);
            Collections.rotate(rules, turn);
            List<DecisionRecord> records = new ArrayList<>();
            Surroundings around = new Surroundings(
                    InstantSource.system(),
                    new dev.connaisseur.registry.Lookups(),
                    new dev.connaisseur.kubernetes.Lookups(),
                    new dev.connaisseur.keys.Lookups(),
                    new PrometheusRegistry(),
                    Optional.empty(),
                    List.of(records::add),
                    Traces.NONE);
            String configuration =
                    RULES.substring(0, RULES.indexOf("- {pattern")) + "- " + String.join("\n- ", rules) + "\n";
            try (EngineTrial trial = EngineTrial.in(around, directory, configuration)) {
                Trial.Answer answer = trial.ask(AMPLE, image);
                assertThat(answer.allowed()).as(answer.message()).isEqualTo(admitted);
            }
            JsonObject line = StrictJson.parseObject(records.getFirst().toJson().getBytes(UTF_8));
            assertThat(line.getJsonArray("outcomes"))
                    .singleElement()
                    .satisfies(outcome ->
                            assertThat(outcome.asJsonObject().getString("rule")).isEqualTo(rule));
        }
    }
}

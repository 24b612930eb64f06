package dev.connaisseur.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.admission.AdmissionDecision;
import dev.connaisseur.admission.DecisionJournal;
import dev.connaisseur.admission.Traces;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.testing.Reviews;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final Instant NOW = Instant.parse("2026-01-31T13:45:01Z");
    private static final String CONFIG = """
            validators:
              - name: deny
                type: static
                approve: false
            policy:
              - pattern: "*:*"
                validator: deny
                with:
                  mode: audit
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final DecisionJournal journal = new DecisionJournal(10);

    /** Other tests of this process listen to the same loggers. */
    @AfterEach
    void leaveTheLoggerAsItWas() {
        Logger ours = Logger.getLogger("dev.connaisseur");
        for (Handler handler : ours.getHandlers()) {
            ours.removeHandler(handler);
        }
        ours.setUseParentHandlers(true);
        ours.setLevel(null);
    }

    private Surroundings around(AuditLog audit) {
        Surroundings plain = Surroundings.plain(() -> NOW, new PrometheusRegistry());
        return new Surroundings(
                plain.clock(),
                plain.registries(),
                plain.cluster(),
                plain.keys(),
                plain.metrics(),
                plain.access(),
                List.of(audit::decided, journal::add),
                Traces.NONE);
    }

    private List<String> lines() {
        return out.toString(UTF_8).lines().toList();
    }

    /** Whatever is logged: LOG_LEVEL=fatal leaves no other line. */
    @Test
    void everyDecisionAndConfigurationIsOneLine(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("config.yaml"), CONFIG);
        Settings settings =
                Settings.read(new PropertySource(Map.of("CONNAISSEUR_CONFIG_DIR", directory.toString()), Map.of()));
        ProcessLog.to(out, "fatal", "json-pretty", () -> {});
        AuditLog audit = AuditLog.to(out, () -> {});
        try (Engine engine = Engine.open(settings, around(audit))) {
            Configuration configuration = engine.read(new Problems(OnProblem.REFUSE));
            audit.inForce(configuration, NOW);
            AdmissionReview review = AdmissionReview.parse(
                    Reviews.create("Pod", "u-1", "nginx").toString().getBytes(UTF_8));
            AdmissionDecision decision = engine.decide(configuration, review, Deadline.after(Duration.ofSeconds(30)))
                    .toCompletableFuture()
                    .join();
            assertThat(lines()).hasSize(2);
            JsonObject inForce = StrictJson.parseObject(lines().get(0).getBytes(UTF_8));
            assertThat(inForce.getString("schema")).isEqualTo("connaisseur.configuration/v1");
            assertThat(inForce.getString("policy"))
                    .isEqualTo(configuration.fingerprint().hex());
            assertThat(inForce.getJsonArray("rules").getJsonObject(0).getString("mode"))
                    .isEqualTo("audit");
            JsonObject decided = StrictJson.parseObject(lines().get(1).getBytes(UTF_8));
            assertThat(decided.getString("id")).isEqualTo(decision.grounds().id());
            assertThat(decided.getString("policy")).isEqualTo(inForce.getString("policy"));
            assertThat(journal.find(decision.grounds().id()))
                    .as("the journal holds what the line tells")
                    .hasValueSatisfying(kept -> assertThat(kept.toJson()).isEqualTo(lines().get(1)));
        }
    }

    /** {@code /dev/full} answers as a full disk does. */
    @Test
    void aFullDiskCostsTheLineAndNoVerdict(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("config.yaml"), CONFIG);
        Settings settings =
                Settings.read(new PropertySource(Map.of("CONNAISSEUR_CONFIG_DIR", directory.toString()), Map.of()));
        AtomicInteger dropped = new AtomicInteger();
        try (OutputStream full = new FileOutputStream("/dev/full")) {
            ProcessLog.to(full, "fatal", "json", dropped::incrementAndGet);
            AuditLog audit = AuditLog.to(full, dropped::incrementAndGet);
            try (Engine engine = Engine.open(settings, around(audit))) {
                Configuration configuration = engine.read(new Problems(OnProblem.REFUSE));
                AdmissionReview review = AdmissionReview.parse(
                        Reviews.create("Pod", "u-1", "nginx").toString().getBytes(UTF_8));
                AdmissionDecision decision = engine.decide(
                                configuration, review, Deadline.after(Duration.ofSeconds(60)))
                        .toCompletableFuture()
                        .join();
                assertThat(decision.grounds().outcomes()).hasSize(1);
                assertThat(journal.latest(10)).hasSize(1);
            }
        }
        assertThat(dropped).hasValue(1);
    }
}

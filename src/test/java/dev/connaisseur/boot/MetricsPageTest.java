package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.Settings;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page names the metrics that there are, no more and no less. */
final class MetricsPageTest {
    private static final Pattern ROW = Pattern.compile("^\\| `(connaisseur_[a-z_]+)` \\|", Pattern.MULTILINE);

    /** Counted at the doors and where files are watched: only a server does both. */
    private static final Set<String> IN_THE_SERVER = Set.of(
            "connaisseur_requests",
            "connaisseur_validating_requests",
            "connaisseur_reloads",
            "connaisseur_webhook_trouble",
            "connaisseur_files_usable",
            "connaisseur_log_lines_dropped");

    private static final class Recording extends PrometheusRegistry {
        private final Set<String> names = new TreeSet<>();

        @Override
        @SuppressWarnings("deprecation") // nothing else tells a collector's name before it has counted anything
        public void register(Collector collector) {
            names.add(String.valueOf(collector.getPrometheusName()));
            super.register(collector);
        }
    }

    @Test
    void thePageAndTheProgramAgree() throws IOException {
        Recording registry = new Recording();
        try (Engine engine = Engine.open(Settings.read(name -> Optional.empty()), InstantSource.system(), registry)) {
            new StateMetrics(registry, engine::revocationLists);
            assertThat(engine).isNotNull();
        }
        registry.names.addAll(IN_THE_SERVER);

        Set<String> documented = new TreeSet<>();
        Matcher rows = ROW.matcher(Files.readString(Path.of("src/site/markdown/operations.md")));
        while (rows.find()) {
            documented.add(rows.group(1).replaceFirst("_total$", ""));
        }
        assertThat(documented).isEqualTo(registry.names);
    }

    /** That a server counts under these names is seen where one runs; that nobody else counts is seen here. */
    @Test
    void nothingElseIsCounted() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            assertThat(sources.filter(file -> file.toString().endsWith(".java"))
                            .filter(MetricsPageTest::makesAMetric)
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "AdmissionMetrics.java",
                            "AlertSender.java",
                            "CacheMetrics.java",
                            "Launch.java",
                            "MutateResource.java",
                            "OwnWebhooks.java",
                            "Reload.java",
                            "StateMetrics.java",
                            "TransportMetrics.java",
                            "ValidateResource.java");
        }
    }

    private static boolean makesAMetric(Path source) {
        try {
            return Pattern.compile("\\b(Counter|Histogram|Gauge|GaugeWithCallback)\\.builder\\(")
                    .matcher(Files.readString(source))
                    .find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

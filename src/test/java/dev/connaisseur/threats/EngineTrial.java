package dev.connaisseur.threats;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connaisseur.admission.AdmissionDecision;
import dev.connaisseur.admission.Outcome;
import dev.connaisseur.admission.Traces;
import dev.connaisseur.boot.Configuration;
import dev.connaisseur.boot.Engine;
import dev.connaisseur.boot.Surroundings;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.JsonPatch;
import dev.connaisseur.kubernetes.MalformedReviewException;
import dev.connaisseur.testing.RetryingLookups;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A trial inside this process. */
final class EngineTrial implements Trial {
    private final Engine engine;
    private final Configuration configuration;
    private final PrometheusRegistry metrics;

    private EngineTrial(Engine engine, Configuration configuration, PrometheusRegistry metrics) {
        this.engine = engine;
        this.configuration = configuration;
        this.metrics = metrics;
    }

    /**
     * Opens one.
     *
     * @param directory gets {@code config.yaml}; {@code secrets} below it may hold logins
     * @param environment more variables of the process, in pairs
     * @throws dev.connaisseur.config.ConfigException if the configuration is refused
     */
    static EngineTrial open(Path directory, String configYaml, String... environment) {
        return at(InstantSource.system(), directory, configYaml, environment);
    }

    /** The same with a clock of the test's. */
    static EngineTrial at(InstantSource clock, Path directory, String configYaml, String... environment) {
        Surroundings around = new Surroundings(
                clock,
                new RetryingLookups(),
                new dev.connaisseur.kubernetes.Lookups(),
                new dev.connaisseur.keys.Lookups(),
                new PrometheusRegistry(),
                Optional.empty(),
                List.of(),
                Traces.NONE);
        return in(around, directory, configYaml, environment);
    }

    /** The same in surroundings of the test's. */
    static EngineTrial in(Surroundings around, Path directory, String configYaml, String... environment) {
        Map<String, String> variables = new HashMap<>();
        variables.put("CONNAISSEUR_CONFIG_DIR", directory.toString());
        variables.put("CONNAISSEUR_SECRETS_DIR", directory.resolve("secrets").toString());
        variables.put("CACHE_EXPIRY_SECONDS", "0");
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        try {
            Files.writeString(directory.resolve("config.yaml"), configYaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Engine engine = Engine.open(Settings.read(new PropertySource(variables, Map.of())), around);
        try {
            Problems problems = new Problems(OnProblem.REFUSE);
            Configuration configuration = engine.read(problems);
            problems.throwIfErrors();
            return new EngineTrial(engine, configuration, around.metrics());
        } catch (RuntimeException refused) {
            engine.close();
            throw refused;
        }
    }

    @Override
    public CompletableFuture<Answer> send(Duration limit, byte[] review) {
        long start = System.nanoTime();
        AdmissionReview asked;
        try {
            asked = AdmissionReview.parse(review);
        } catch (MalformedReviewException e) {
            throw new Unreadable(String.valueOf(e.getMessage()));
        }
        return engine.decide(configuration, asked, Deadline.after(limit))
                .toCompletableFuture()
                .thenApply(decision -> answer(decision, asked, Duration.ofNanos(System.nanoTime() - start)));
    }

    private static Answer answer(AdmissionDecision decision, AdmissionReview asked, Duration time) {
        return new Answer(
                decision.toResponse().allowed(),
                decision.message().orElse(""),
                decision.outcomes().stream()
                        .filter(Outcome.Refusal.class::isInstance)
                        .map(outcome -> ((Outcome.Refusal) outcome).reason())
                        .toList(),
                decision instanceof AdmissionDecision.Allowed allowed
                        ? allowed.patch().operations().stream()
                                .map(JsonPatch.Replace::value)
                                .toList()
                        : List.of(),
                new String(decision.toResponse().toJson(asked), UTF_8),
                time);
    }

    /** How many of the settings and rules let images in unverified. */
    int openDoors() {
        return configuration.openDoors();
    }

    @Override
    public int series() {
        return metrics.scrape().stream()
                .mapToInt(metric -> metric.getDataPoints().size())
                .sum();
    }

    @Override
    public void close() {
        engine.close();
    }
}

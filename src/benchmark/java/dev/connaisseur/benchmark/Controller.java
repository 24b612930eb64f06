package dev.connaisseur.benchmark;

import dev.connaisseur.admission.AdmissionDecision;
import dev.connaisseur.boot.Configuration;
import dev.connaisseur.boot.Engine;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.Reviews;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;

/** The admission controller without its server, for as long as this process lives. */
final class Controller {
    /** Of each kind: enough for what all share to be compiled before the first is measured. */
    private static final int FIRST = 60;

    /** After it everything has been counted that was asked. */
    private static final Duration COUNTED = Duration.ofMillis(100);

    private final Origin origin;
    private final Engine engine;
    private final Configuration configuration;
    private final Map<String, String> requests = new TreeMap<>();

    private Controller(Origin origin, Engine engine, Configuration configuration) {
        this.origin = origin;
        this.engine = engine;
        this.configuration = configuration;
    }

    /** Opened when it is first asked for. */
    static Controller shared() {
        return Only.CONTROLLER;
    }

    private static final class Only {
        private static final Controller CONTROLLER = open(AdmissionBenchmark.kinds());
    }

    private static Controller open(List<String> kinds) {
        try {
            LogManager.getLogManager().reset(); // a line per admission is not what is measured
            Path directory = Files.createTempDirectory("benchmark");
            Origin origin = Origin.start(directory);
            Settings settings = Settings.read(new PropertySource(
                    Map.of(
                            "CONNAISSEUR_CONFIG_DIR",
                            directory.toString(),
                            "CONNAISSEUR_NETWORK_ALLOW",
                            "127.0.0.1,localhost",
                            "CACHE_EXPIRY_SECONDS",
                            "0"),
                    Map.of()));
            Engine engine = Engine.open(settings, InstantSource.fixed(NotationSigner.NOW), new PrometheusRegistry());
            Problems problems = new Problems(OnProblem.REFUSE);
            Configuration configuration = engine.read(problems);
            problems.throwIfErrors();
            Controller controller = new Controller(origin, engine, configuration);
            controller.warm(kinds);
            return controller;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void warm(List<String> kinds) {
        for (String kind : kinds) {
            requests.put(kind, counted(review(kind)) + ", and again: " + counted(review(kind)));
        }
        List<byte[]> reviews = kinds.stream().map(this::review).toList();
        for (int i = 0; i < FIRST; i++) {
            reviews.forEach(this::admit);
        }
    }

    private String counted(byte[] review) {
        try {
            origin.requests();
            admit(review);
            Thread.sleep(COUNTED);
            return origin.requests();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many requests the first and the second admission of this kind made. */
    String requests(String kind) {
        return requests.getOrDefault(kind, "");
    }

    /** A Pod with the image of this kind. */
    byte[] review(String kind) {
        return Reviews.create("Pod", "benchmark", origin.registry() + "/" + Estate.image(kind))
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    AdmissionDecision admit(byte[] review) {
        AdmissionDecision decision = engine.decide(
                        configuration, AdmissionReview.parse(review), Deadline.after(Duration.ofSeconds(20)))
                .toCompletableFuture()
                .join();
        if (!decision.toResponse().allowed()) {
            throw new IllegalStateException("denied: " + decision);
        }
        return decision;
    }
}

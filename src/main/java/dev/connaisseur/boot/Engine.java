package dev.connaisseur.boot;

import dev.connaisseur.admission.AdmissionController;
import dev.connaisseur.admission.AdmissionDecision;
import dev.connaisseur.admission.AdmissionLimits;
import dev.connaisseur.admission.AdmissionMetrics;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.validator.StaticFactory;
import dev.connaisseur.validator.ValidatorFactory;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What lives as long as the process, and makes generations out of configuration files. Plain Java: the server and the command line
 * open the same one.
 */
public final class Engine implements AutoCloseable {
    private final Settings settings;
    private final AdmissionController controller;

    private Engine(Settings settings, AdmissionController controller) {
        this.settings = settings;
        this.controller = controller;
    }

    /**
     * Makes connections, caches and counters; reads no configuration and asks nobody yet.
     *
     * @param clock tells certificates' and metadata's age
     * @param metrics takes our counters
     */
    public static Engine open(Settings settings, InstantSource clock, PrometheusRegistry metrics) {
        return new Engine(settings, new AdmissionController(AdmissionLimits.DEFAULT, new AdmissionMetrics(metrics)));
    }

    /** Reads the configuration files. Nothing is in force yet, and nobody is asked anything. */
    public Configuration read(Problems problems) {
        Secrets secrets = new Secrets(settings.directories().secrets());
        return new ConfigurationReader(settings, secrets, factories()).read(problems);
    }

    /** One factory per type of validator. Factories read credentials, so each configuration has its own. */
    private List<ValidatorFactory> factories() {
        return List.of(new StaticFactory());
    }

    /** Decides one review by a configuration, by the deadline. */
    public CompletionStage<AdmissionDecision> decide(
            Configuration configuration, AdmissionReview review, Deadline deadline) {
        return controller.review(review, configuration.view(), deadline);
    }

    /** The generation that decides by a configuration. */
    Generation generation(Configuration configuration) {
        return new Generation(
                configuration.fingerprint().hex(),
                (review, deadline) -> decide(configuration, review, deadline).thenApply(AdmissionDecision::toResponse),
                configuration::close);
    }

    @Override
    public void close() {
        controller.close();
    }
}

package dev.connaisseur.boot;

import dev.connaisseur.admission.AdmissionController;
import dev.connaisseur.admission.AdmissionDecision;
import dev.connaisseur.admission.AdmissionLimits;
import dev.connaisseur.admission.AdmissionMetrics;
import dev.connaisseur.admission.DecisionJournal;
import dev.connaisseur.admission.DecisionRecord;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.registry.keychain.Keychains;
import dev.connaisseur.tuf.LocalRollbackMemory;
import dev.connaisseur.tuf.RollbackMemory;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What lives as long as the process, and makes generations out of configuration files. Plain Java: the server and the command line
 * open the same one.
 */
public final class Engine implements AutoCloseable {
    private static final int REMEMBERED_REPOSITORIES = 5000;
    private static final int REMEMBERED_DECISIONS = 200;

    private final Settings settings;
    private final HttpTransport transport;
    private final RegistryClients registries;
    private final AdmissionController controller;
    private final DecisionJournal journal;

    private final RollbackMemory rollbackMemory = new LocalRollbackMemory(REMEMBERED_REPOSITORIES);
    private final InstantSource clock;

    private Engine(
            Settings settings,
            InstantSource clock,
            HttpTransport transport,
            Lookups lookups,
            AdmissionController controller,
            DecisionJournal journal) {
        this.settings = settings;
        this.clock = clock;
        this.transport = transport;
        this.registries = new RegistryClients(
                transport,
                lookups,
                new Secrets(settings.directories().secrets()),
                new Keychains(System.getenv(), clock));
        this.controller = controller;
        this.journal = journal;
    }

    /**
     * Makes connections, caches and counters; reads no configuration and asks nobody yet.
     *
     * @param clock tells certificates' and metadata's age
     * @param lookups retries what may pass; made by the container where there is one
     * @param metrics takes our counters
     * @param audit is told every decision before it is answered
     * @throws dev.connaisseur.config.ConfigException if the network cannot be set up as the settings say
     */
    public static Engine open(
            Settings settings,
            InstantSource clock,
            Lookups lookups,
            PrometheusRegistry metrics,
            Consumer<DecisionRecord> audit) {
        DecisionJournal journal = new DecisionJournal(REMEMBERED_DECISIONS);
        return new Engine(
                settings,
                clock,
                new HttpTransport(OutgoingNetwork.of(settings.network(), System.getenv())),
                lookups,
                new AdmissionController(
                        AdmissionLimits.DEFAULT, new AdmissionMetrics(metrics), clock, List.of(audit, journal::add)),
                journal);
    }

    /** The same without a container: what fails in passing is not tried again. */
    public static Engine open(Settings settings, InstantSource clock, PrometheusRegistry metrics) {
        return open(settings, clock, new Lookups(), metrics, decision -> {});
    }

    /** Reads the configuration files. Nothing is in force yet, and nobody is asked anything. */
    public Configuration read(Problems problems) {
        return new ConfigurationReader(settings, registries, rollbackMemory, clock).read(problems);
    }

    /** The latest decisions of this process. */
    public DecisionJournal journal() {
        return journal;
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
        transport.close();
    }
}

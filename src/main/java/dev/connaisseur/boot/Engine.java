package dev.connaisseur.boot;

import dev.connaisseur.admission.AdmissionController;
import dev.connaisseur.admission.AdmissionDecision;
import dev.connaisseur.admission.AdmissionLimits;
import dev.connaisseur.admission.AdmissionMetrics;
import dev.connaisseur.admission.Cluster;
import dev.connaisseur.alert.AlertSender;
import dev.connaisseur.cache.CacheMetrics;
import dev.connaisseur.cache.SharedLevel;
import dev.connaisseur.cache.SharedRollbackMemory;
import dev.connaisseur.cache.VerdictCache;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.keys.KeySources;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.KubernetesApi;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.registry.keychain.Keychains;
import dev.connaisseur.tuf.LocalRollbackMemory;
import dev.connaisseur.tuf.RollbackMemory;
import dev.connaisseur.validator.Expiry;
import dev.connaisseur.validator.cosign.TrustRepositories;
import dev.connaisseur.validator.notation.revocation.RevocationChecks;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What lives as long as the process, and makes generations out of configuration files. Plain Java: the server and the command line
 * open the same one.
 */
public final class Engine implements AutoCloseable {
    private static final int REMEMBERED_REPOSITORIES = 5000;

    private final Settings settings;
    private final HttpTransport transport;
    private final RegistryClients registries;
    private final TrustRepositories repositories;
    private final KeySources keys;
    private final AdmissionController controller;
    private final SharedLevel shared;
    private final Optional<KubernetesApi> cluster;

    private final RevocationChecks revocations;
    private final AlertSender alerts;
    private final RollbackMemory rollbackMemory;
    private final InstantSource clock;

    private Engine(
            Settings settings,
            InstantSource clock,
            HttpTransport transport,
            Lookups lookups,
            KeySources keys,
            AdmissionController controller,
            AlertSender alerts,
            SharedLevel shared,
            Optional<KubernetesApi> cluster) {
        this.settings = settings;
        this.clock = clock;
        this.transport = transport;
        this.keys = keys;
        this.registries = new RegistryClients(
                transport,
                lookups,
                new Secrets(settings.directories().secrets()),
                new Keychains(System.getenv(), clock));
        this.repositories = new TrustRepositories(transport, clock);
        this.revocations = new RevocationChecks(transport, lookups, clock);
        this.controller = controller;
        this.alerts = alerts;
        this.shared = shared;
        this.cluster = cluster;
        this.rollbackMemory = new SharedRollbackMemory(new LocalRollbackMemory(REMEMBERED_REPOSITORIES), shared, clock);
    }

    /**
     * Makes connections, caches and counters; reads no configuration and asks nobody yet.
     *
     * @throws dev.connaisseur.config.ConfigException if the network cannot be set up as the settings say
     */
    public static Engine open(Settings settings, Surroundings around) {
        HttpTransport transport = new HttpTransport(
                OutgoingNetwork.of(settings.network(), System.getenv()), new TransportMetrics(around.metrics()));
        Optional<KubernetesApi> cluster =
                around.access().map(access -> new KubernetesApi(transport, around.cluster(), access));
        CacheMetrics cacheMetrics = new CacheMetrics(around.metrics());
        SharedLevel shared = new SharedLevel(cacheMetrics);
        AdmissionController controller = new AdmissionController(
                AdmissionLimits.DEFAULT,
                new AdmissionMetrics(around.metrics()),
                cluster.map(api -> new Cluster(api::owner, api::pullSecrets, api::dockerConfig))
                        .orElse(Cluster.NONE),
                new VerdictCache(
                        settings.cache(), cacheMetrics, around.clock(), System::nanoTime, shared, realm(settings)),
                around.clock(),
                around.told(),
                around.traces());
        KeySources keys = new KeySources(
                transport,
                around.keys(),
                cluster,
                new dev.connaisseur.cloud.Surroundings(System.getenv(), around.clock()),
                settings.keyRefresh());
        AlertSender alerts = new AlertSender(transport, around.clock(), settings.podName(), around.metrics());
        return new Engine(
                settings, around.clock(), transport, around.registries(), keys, controller, alerts, shared, cluster);
    }

    /** The same without a container and a cluster. */
    public static Engine open(Settings settings, InstantSource clock, PrometheusRegistry metrics) {
        return open(settings, Surroundings.plain(clock, metrics));
    }

    /** Reads the configuration files. Nothing is in force yet, and nobody is asked anything. */
    public Configuration read(Problems problems) {
        return new ConfigurationReader(
                        settings,
                        registries,
                        repositories,
                        keys,
                        rollbackMemory,
                        revocations,
                        alerts,
                        server -> server.loopback() || transport.spokenPlain(server),
                        clock)
                .read(problems);
    }

    /** Until when the revocation lists count that this process has. */
    List<Expiry> revocationLists() {
        return revocations.expiries();
    }

    /** Decides one review by a configuration, by the deadline. */
    public CompletionStage<AdmissionDecision> decide(
            Configuration configuration, AdmissionReview review, Deadline deadline) {
        return controller.review(review, configuration.view(), deadline);
    }

    /** The generation that decides by a configuration, which counts as in force from now on. */
    Generation generation(Configuration configuration) {
        configuration.validators().begin();
        return new Generation(
                configuration.fingerprint().hex(),
                (review, deadline) -> decide(configuration, review, deadline).thenApply(AdmissionDecision::toResponse),
                configuration::close);
    }

    /** Believes these roots beside those of the runtime from now on. */
    void believe(Set<X509Certificate> addedRoots) {
        transport.believe(addedRoots);
    }

    /** The API of the cluster around us, if there is one. */
    Optional<KubernetesApi> cluster() {
        return cluster;
    }

    /** What replicas share; connected to nothing until somebody connects it. */
    SharedLevel shared() {
        return shared;
    }

    /** What decides verdicts beside configuration files: processes that differ in it do not hear each other. */
    private static String realm(Settings settings) {
        return String.join(
                "\n",
                BuildVersion.TEXT,
                settings.cache().toString(),
                settings.notaryv1().toString());
    }

    @Override
    public void close() {
        controller.close();
        alerts.close();
        shared.close();
        transport.close();
    }
}

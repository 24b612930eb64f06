package dev.connaisseur.boot;

import dev.connaisseur.Service;
import dev.connaisseur.admission.DecisionJournal;
import dev.connaisseur.admission.Traces;
import dev.connaisseur.config.ConfigException;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Settings;
import dev.connaisseur.kubernetes.ClusterAccess;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.webhook.Conditions;
import dev.connaisseur.webhook.Lifecycle;
import dev.connaisseur.webhook.Lifecycle.Stage;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** The start of the server's process, in order. A configuration that cannot be used ends it. */
@Service
final class Launch {
    /** What a process says that could not start. */
    private static final int UNUSABLE_CONFIGURATION = 1;

    private final Lifecycle lifecycle;
    private final Conditions conditions;
    private final CurrentGeneration current;
    private final InstantSource clock;
    private final Lookups lookups;
    private final dev.connaisseur.kubernetes.Lookups clusterLookups;
    private final dev.connaisseur.keys.Lookups keyLookups;
    private final DecisionJournal journal;
    private final PrometheusRegistry metrics;

    @Inject
    Launch(
            Lifecycle lifecycle,
            Conditions conditions,
            CurrentGeneration current,
            InstantSource clock,
            Lookups lookups,
            dev.connaisseur.kubernetes.Lookups clusterLookups,
            dev.connaisseur.keys.Lookups keyLookups,
            DecisionJournal journal,
            PrometheusRegistry metrics) {
        this.lifecycle = lifecycle;
        this.conditions = conditions;
        this.current = current;
        this.clock = clock;
        this.lookups = lookups;
        this.clusterLookups = clusterLookups;
        this.keyLookups = keyLookups;
        this.journal = journal;
        this.metrics = metrics;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        Config config = ConfigProvider.getConfig();
        Runnable dropped = Counter.builder()
                .name("connaisseur_log_lines_dropped_total")
                .help("Lines of the log that could not be written")
                .register(metrics)::inc;
        ProcessLog log = ProcessLog.toStandardOutput("info", "json", dropped);
        try {
            Settings settings = Settings.read(name -> config.getOptionalValue(name, String.class));
            log = ProcessLog.toStandardOutput(
                    settings.log().level().name(), settings.log().format().name(), dropped);
            start(settings, config, log, AuditLog.toStandardOutput(dropped));
        } catch (ConfigException e) {
            log.fatal(String.valueOf(e.getMessage()));
            leave();
        } catch (IllegalStateException | UncheckedIOException e) {
            log.fatal("cannot start: " + e.getMessage(), e);
            leave();
        }
    }

    private void start(Settings settings, Config config, ProcessLog log, AuditLog audit) {
        settings.warnings().forEach(log::warning);
        Problems problems = new Problems(settings.onProblem());
        Optional<ServingCertificate> certificate =
                new CertificateFiles(settings.directories().certs(), settings.tlsRequired()).read(clock, problems);
        Optional<ClusterAccess> cluster =
                ClusterAccess.of(name -> Optional.ofNullable(System.getenv(name)), settings.serviceAccount());
        if (cluster.isEmpty() && settings.features().automaticChildApproval()) {
            log.warning("automatic child approval does nothing: this process runs in no cluster");
        }
        Engine engine = Engine.open(
                settings,
                new Surroundings(
                        clock,
                        lookups,
                        clusterLookups,
                        keyLookups,
                        metrics,
                        cluster,
                        List.of(audit::decided, journal::add),
                        traces(config)));
        Configuration configuration = engine.read(problems);
        problems.warnings().forEach(warning -> log.warning(warning.toString()));
        problems.throwIfErrors();
        List<String> unshared = new ArrayList<>();
        new RedisFiles(settings).connect(engine.shared(), unshared);
        unshared.forEach(why -> log.warning("verdicts are not shared: " + why));
        SelfTest.run();
        StateMetrics state = new StateMetrics(metrics, engine::revocationLists);
        state.serves(certificate.orElseThrow().leaf());
        state.inForce(configuration);
        current.replaceBy(engine.generation(configuration));
        audit.inForce(configuration, clock.instant());
        log.info("the configuration is in force", inForce(settings, configuration));
        lifecycle.reached(Stage.STARTED);
        new Shutdown(lifecycle, settings.shutdown(), log, System::exit).onTerm();
        KeyStoreFile keyStore = new KeyStoreFile(
                Path.of(config.getValue("connaisseur.keystore.file", String.class)),
                config.getValue("connaisseur.keystore.password", String.class));
        ServedCertificate served =
                new ServedCertificate(certificate.orElseThrow(), keyStore, listener(config, settings), lifecycle, log);
        served.serve();
        conditions.report("cache", engine.shared()::state);
        Optional<OwnWebhooks> webhooks = webhooks(settings, engine, log);
        webhooks.ifPresent(own -> own.every(served, lifecycle));
        if (settings.reloadInterval().isPositive()) {
            MountedFiles files =
                    new MountedFiles(settings, engine, current, served, webhooks, state, clock, audit, log);
            new Reload(files.parts(), lifecycle, conditions, log, metrics).every(settings.reloadInterval());
        }
    }

    /** The server says that it has the feature: {@code telemetry.xml}. */
    private static Traces traces(Config config) {
        boolean wanted = config.getOptionalValue("connaisseur.telemetry.feature", Boolean.class)
                .orElse(false);
        return wanted ? TelemetryTraces.open() : Traces.NONE;
    }

    private Optional<OwnWebhooks> webhooks(Settings settings, Engine engine, ProcessLog log) {
        CertificateFiles files = new CertificateFiles(settings.directories().certs(), settings.tlsRequired());
        return settings.webhooks().watched().isEmpty()
                ? Optional.empty()
                : engine.cluster()
                        .map(api -> new OwnWebhooks(settings.webhooks(), api, files, clock, conditions, log, metrics));
    }

    /** What decides from now on, for whoever reads the log later. */
    private static Map<String, String> inForce(Settings settings, Configuration configuration) {
        Map<String, String> members = new TreeMap<>();
        members.put("fingerprint", configuration.fingerprint().hex());
        members.put("rules", Integer.toString(configuration.policy().rules().size()));
        members.put(
                "validators", Integer.toString(configuration.validators().all().size()));
        members.put("matching", settings.policyMatching());
        members.put("features", settings.features().toString());
        members.put("cache", settings.cache().toString());
        members.put("reload", settings.reloadInterval().toString());
        members.put("redis", settings.redis().toString());
        members.put("notaryv1", settings.notaryv1().toString());
        members.put("webhooks", settings.webhooks().toString());
        members.put("keyrefresh", settings.keyRefresh().toString());
        members.put("directories", settings.directories().toString());
        members.put("serviceaccount", settings.serviceAccount().toString());
        return members;
    }

    /** Where this process can reach its own port: an unspecified or wildcard host means loopback too. */
    private static InetSocketAddress listener(Config config, Settings settings) {
        String host = config.getOptionalValue("connaisseur.host", String.class)
                .filter(name -> !name.equals("*"))
                .orElse("");
        return host.isEmpty()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port())
                : new InetSocketAddress(host, settings.port());
    }

    /** On a thread of its own: the server waits for the start of its applications before it ends. */
    private static void leave() {
        Thread.ofPlatform().name("exit").start(() -> System.exit(UNUSABLE_CONFIGURATION));
    }
}

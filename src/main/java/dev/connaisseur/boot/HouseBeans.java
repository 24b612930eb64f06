package dev.connaisseur.boot;

import dev.connaisseur.Service;
import dev.connaisseur.admission.DecisionJournal;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** What beans ask the container for and is no bean of ours. */
@Service
final class HouseBeans {
    private static final int REMEMBERED_DECISIONS = 200;

    @Produces
    @Singleton
    PrometheusRegistry metrics() {
        PrometheusRegistry registry = new PrometheusRegistry();
        JvmMetrics.builder().register(registry);
        return registry;
    }

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    DecisionJournal journal() {
        return new DecisionJournal(REMEMBERED_DECISIONS);
    }
}

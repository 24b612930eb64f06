package dev.connaisseur.boot;

import dev.connaisseur.Service;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** What beans ask the container for and is no bean of ours. */
@Service
final class HouseBeans {
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
}

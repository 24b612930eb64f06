package dev.connaisseur.cache;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Counts what caches knew. Its labels hold words of this room only. */
public final class CacheMetrics {
    private final Counter lookups;
    private final Counter writes;

    public CacheMetrics(PrometheusRegistry registry) {
        lookups = Counter.builder()
                .name("connaisseur_cache_lookups_total")
                .help("The total number of times a verdict was looked for in a cache")
                .labelNames("level", "result")
                .register(registry);
        writes = Counter.builder()
                .name("connaisseur_cache_writes_total")
                .help("The total number of entries given to the shared cache")
                .labelNames("result")
                .register(registry);
    }

    /** @param result {@code hit} or {@code miss} */
    void local(String result) {
        lookups.labelValues("local", result).inc();
    }

    /** @param result {@code hit}, {@code miss}, {@code ignored} or why there was none */
    void shared(String result) {
        lookups.labelValues("redis", result).inc();
    }

    void written(String result) {
        writes.labelValues(result).inc();
    }
}

package dev.connaisseur.boot;

import dev.connaisseur.http.Purpose;
import dev.connaisseur.http.TransportObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Locale;

/** Counts and times what is asked of the outside, by why it is asked; no host is a label. */
final class TransportMetrics implements TransportObserver {
    private static final double[] SECONDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

    private final Counter requests;
    private final Histogram durations;

    TransportMetrics(PrometheusRegistry registry) {
        requests = Counter.builder()
                .name("connaisseur_outgoing_requests")
                .help("The total number of requests to registries, notaries and other hosts")
                .labelNames("purpose", "outcome")
                .register(registry);
        durations = Histogram.builder()
                .name("connaisseur_outgoing_request_duration_seconds")
                .help("How long requests to registries, notaries and other hosts took")
                .labelNames("purpose")
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .register(registry);
    }

    @Override
    public void ended(Purpose purpose, String outcome, Duration spent) {
        String label = purpose.name().toLowerCase(Locale.ROOT);
        requests.labelValues(label, outcome).inc();
        durations.labelValues(label).observe(spent.toNanos() / 1e9);
    }
}

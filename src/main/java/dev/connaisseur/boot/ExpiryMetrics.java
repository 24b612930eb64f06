package dev.connaisseur.boot;

import dev.connaisseur.validator.Expiry;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Shows when what is in use ends, so that somebody is told before it does. */
final class ExpiryMetrics {
    private volatile Optional<Expiry> serving = Optional.empty();
    private volatile Supplier<Stream<Expiry>> configuration = Stream::empty;

    ExpiryMetrics(PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name("connaisseur_expiry_timestamp_seconds")
                .help("When certificates, trust roots and roles in use expire, in seconds since 1970")
                .labelNames("kind", "name")
                .callback(callback -> Stream.concat(serving.stream(), configuration.get())
                        .forEach(expiry ->
                                callback.call((double) expiry.at().getEpochSecond(), expiry.kind(), expiry.name())))
                .register(registry);
    }

    /** This certificate is shown to the API server from now on. */
    void serves(X509Certificate certificate) {
        serving = Expiry.ofFirst("certificate", "serving", List.of(certificate));
    }

    /** This configuration is in force from now on. */
    void inForce(Configuration current) {
        configuration = () -> current.validators().all().stream().flatMap(validator -> validator.expiries().stream());
    }
}

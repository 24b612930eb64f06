package dev.connaisseur.boot;

import dev.connaisseur.validator.Expiry;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Shows what is in force: when what is in use ends, so that somebody is told before it does, and what is let in unverified. */
final class StateMetrics {
    private volatile Optional<Expiry> serving = Optional.empty();
    private volatile Supplier<Stream<Expiry>> configuration = Stream::empty;
    private final Gauge doors;

    /** @param lists tells when the revocation lists in use end */
    StateMetrics(PrometheusRegistry registry, Supplier<List<Expiry>> lists) {
        GaugeWithCallback.builder()
                .name("connaisseur_expiry_timestamp_seconds")
                .help("When certificates, trust roots, roles and revocation lists in use expire, in seconds since 1970")
                .labelNames("kind", "name")
                .callback(callback -> Stream.of(serving.stream(), configuration.get(), lists.get().stream())
                        .flatMap(Function.identity())
                        .forEach(expiry ->
                                callback.call((double) expiry.at().getEpochSecond(), expiry.kind(), expiry.name())))
                .register(registry);
        doors = Gauge.builder()
                .name("connaisseur_open_doors")
                .help("How many settings and rules in force let images in unverified or unpinned")
                .register(registry);
    }

    /** This certificate is shown to the API server from now on. */
    void serves(X509Certificate certificate) {
        serving = Expiry.ofFirst("certificate", "serving", List.of(certificate));
    }

    /** This configuration is in force from now on. */
    void inForce(Configuration current) {
        doors.set(current.openDoors());
        configuration = () -> current.validators().all().stream().flatMap(validator -> validator.expiries().stream());
    }
}

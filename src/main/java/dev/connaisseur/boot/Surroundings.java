package dev.connaisseur.boot;

import dev.connaisseur.admission.DecisionRecord;
import dev.connaisseur.admission.Traces;
import dev.connaisseur.kubernetes.ClusterAccess;
import dev.connaisseur.registry.Lookups;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an engine is put into.
 *
 * @param clock tells certificates' and metadata's age, dates records
 * @param registries retries what may pass; made by the container where there is one
 * @param cluster the same for the Kubernetes API
 * @param keys the same for keys that are kept elsewhere
 * @param metrics takes our counters
 * @param access the cluster around us, if there is one
 * @param told are told every decision before it is answered, in this order
 * @param traces takes the trees of admissions
 */
public record Surroundings(
        InstantSource clock,
        Lookups registries,
        dev.connaisseur.kubernetes.Lookups cluster,
        dev.connaisseur.keys.Lookups keys,
        PrometheusRegistry metrics,
        Optional<ClusterAccess> access,
        List<Consumer<DecisionRecord>> told,
        Traces traces) {

    public Surroundings {
        told = List.copyOf(told);
    }

    /** No container and no cluster: what fails in passing is not tried again, and nobody is told. */
    public static Surroundings plain(InstantSource clock, PrometheusRegistry metrics) {
        return new Surroundings(
                clock,
                new Lookups(),
                new dev.connaisseur.kubernetes.Lookups(),
                new dev.connaisseur.keys.Lookups(),
                metrics,
                Optional.empty(),
                List.of(),
                Traces.NONE);
    }
}

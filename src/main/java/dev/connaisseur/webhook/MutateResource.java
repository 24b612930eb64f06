package dev.connaisseur.webhook;

import dev.connaisseur.Service;
import dev.connaisseur.kubernetes.AdmissionPhase;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.inject.Inject;
import jakarta.ws.rs.Path;

/** {@code POST /mutate}: verifies an object's images and pins them. */
@Service
@Path("/mutate")
public final class MutateResource extends ReviewResource {
    private final Counter requests;

    @Inject
    public MutateResource(Admissions admissions, Lifecycle lifecycle, PrometheusRegistry metrics) {
        super(AdmissionPhase.MUTATING, admissions, lifecycle);
        this.requests = Counter.builder()
                .name("connaisseur_requests_total")
                .help("The total number of admission requests posed to Connaisseur")
                .register(metrics);
    }

    @Override
    void count() {
        requests.inc();
    }
}

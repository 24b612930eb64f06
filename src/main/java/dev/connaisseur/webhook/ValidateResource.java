package dev.connaisseur.webhook;

import dev.connaisseur.Service;
import dev.connaisseur.kubernetes.AdmissionPhase;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.inject.Inject;
import jakarta.ws.rs.Path;

/** {@code POST /validate}: looks once more at an object that nobody changes any more. */
@Service
@Path("/validate")
public final class ValidateResource extends ReviewResource {
    private final Counter requests;

    @Inject
    public ValidateResource(Admissions admissions, Lifecycle lifecycle, PrometheusRegistry metrics) {
        super(AdmissionPhase.VALIDATING, admissions, lifecycle);
        this.requests = Counter.builder()
                .name("connaisseur_validating_requests_total")
                .help("The total number of final objects about which Connaisseur was asked")
                .register(metrics);
    }

    @Override
    void count() {
        requests.inc();
    }
}

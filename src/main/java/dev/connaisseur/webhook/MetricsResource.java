package dev.connaisseur.webhook;

import dev.connaisseur.Service;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** {@code /metrics} for Prometheus, without authentication as in the original. */
@Service
@Path("/metrics")
public final class MetricsResource {
    private final PrometheusRegistry metrics;
    private final PrometheusTextFormatWriter format = PrometheusTextFormatWriter.create();

    @Inject
    public MetricsResource(PrometheusRegistry metrics) {
        this.metrics = metrics;
    }

    @GET
    public Response scrape() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        format.write(text, metrics.scrape());
        return Response.ok(text.toByteArray(), format.getContentType()).build();
    }
}

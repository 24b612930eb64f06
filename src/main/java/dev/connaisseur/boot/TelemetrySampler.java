package dev.connaisseur.boot;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Keeps the server's own spans, one for each request at each door, out of the traces: they hold what a requester writes into its
 * address and its headers, and most of them are probes. Found by the server where it has the feature for traces.
 */
public final class TelemetrySampler implements AutoConfigurationCustomizerProvider {
    /** For the server. */
    public TelemetrySampler() {}

    @Override
    public void customize(AutoConfigurationCustomizer configuration) {
        configuration.addSamplerCustomizer((configured, properties) -> new AdmissionsOnly(configured));
    }

    private record AdmissionsOnly(Sampler configured) implements Sampler {
        @Override
        public SamplingResult shouldSample(
                Context parent,
                String traceId,
                String name,
                SpanKind kind,
                Attributes attributes,
                List<LinkData> links) {
            return kind == SpanKind.SERVER
                    ? SamplingResult.drop()
                    : configured.shouldSample(parent, traceId, name, kind, attributes, links);
        }

        @Override
        public String getDescription() {
            return "AdmissionsOnly{" + configured.getDescription() + "}";
        }
    }
}

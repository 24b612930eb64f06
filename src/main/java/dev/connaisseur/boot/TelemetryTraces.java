package dev.connaisseur.boot;

import dev.connaisseur.admission.Span;
import dev.connaisseur.admission.Traces;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.enterprise.inject.spi.CDI;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Gives traces to MicroProfile Telemetry, which sends them as it is configured. The server has that feature only where traces are
 * wanted: where they are not, this class cannot be loaded.
 */
final class TelemetryTraces implements Traces {
    private final Tracer tracer;

    private TelemetryTraces(Tracer tracer) {
        this.tracer = tracer;
    }

    /** Those of this server. */
    static Traces open() {
        OpenTelemetry telemetry = CDI.current().select(OpenTelemetry.class).get();
        return new TelemetryTraces(telemetry.getTracer("dev.connaisseur", BuildVersion.TEXT));
    }

    @Override
    public void ended(Supplier<Span> admission) {
        export(admission.get(), Context.root());
    }

    private void export(Span span, Context parent) {
        SpanBuilder builder = tracer.spanBuilder(span.name()).setParent(parent).setStartTimestamp(span.begun());
        span.attributes().forEach(builder::setAttribute);
        io.opentelemetry.api.trace.Span begun = builder.startSpan();
        if (span.failed()) {
            begun.setStatus(StatusCode.ERROR);
        }
        span.parts().forEach(part -> export(part, parent.with(begun)));
        Instant ended = span.begun().plus(span.spent());
        begun.end(ended);
    }
}

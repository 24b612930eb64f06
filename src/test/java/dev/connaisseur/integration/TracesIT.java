package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.TraceCollector;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shipped server with traces, before a collector of the OpenTelemetry protocol. */
@Timeout(900)
class TracesIT {
    @TempDir
    private Path directory;

    @Test
    void eachAdmissionIsOneTreeAtTheCollector() throws Exception {
        try (EmbeddedRegistry registry = EmbeddedRegistry.open();
                TraceCollector collector = TraceCollector.open()) {
            CosignSigner signer = CosignSigner.create();
            signer.sign(registry, "app", TestImage.push(registry, "app", "signed", "signed content"));
            TestImage.push(registry, "app", "unsigned", "unsigned content");
            try (ServerProcess server = ServerTrial.start(
                            directory,
                            ServerTrial.cosignRules(registry, signer),
                            "CONNAISSEUR_TRACES",
                            "true",
                            "OTEL_EXPORTER_OTLP_ENDPOINT",
                            collector.endpoint(),
                            "OTEL_BSP_SCHEDULE_DELAY",
                            "100")
                    .awaitReady(ServerTrial.START)) {
                String signed = registry.host() + "/app:signed";
                assertThat(review(server, "canary-uid-1", signed).allowed()).isTrue();
                List<Span> admitted = collector.upTo(TracesIT::isRoot);
                Span root = only(admitted, "admission");
                assertThat(attributes(root))
                        .containsEntry("connaisseur.decision", "allowed")
                        .containsEntry("connaisseur.result", "success");
                assertThat(attributes(only(admitted, "image")))
                        .containsEntry("connaisseur.image", signed)
                        .containsEntry("connaisseur.verdict", "verified");
                assertThat(attributes(only(admitted, "validator")))
                        .containsEntry("connaisseur.type", "cosign")
                        .containsEntry("connaisseur.source", "validator");
                assertThat(path(admitted, "resolve")).containsExactly("resolve", "validator", "image", "admission");
                assertThat(path(admitted, "signatures"))
                        .containsExactly("signatures", "validator", "image", "admission");

                assertThat(review(server, "canary-uid-2", registry.host() + "/app:unsigned")
                                .allowed())
                        .isFalse();
                List<Span> denied = collector.upTo(TracesIT::isRoot);
                assertThat(only(denied, "admission").getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
                assertThat(only(denied, "admission").getTraceId()).isNotEqualTo(root.getTraceId());

                server.get("/metrics");
                server.get("/health/ready");
                assertThat(review(server, "canary-uid-3", signed).allowed()).isTrue();
                List<Span> cached = collector.upTo(TracesIT::isRoot);
                assertThat(cached)
                        .as("probes and scrapes leave no span")
                        .extracting(Span::getName)
                        .containsExactlyInAnyOrder("admission", "image", "validator");
                assertThat(attributes(only(cached, "validator"))).containsEntry("connaisseur.source", "cache");

                assertThat(collector.paths()).as("neither metrics nor logs").containsExactly("/v1/traces");
                assertThat(List.of(admitted, denied, cached).toString()).doesNotContain("canary-uid");
            }
        }
    }

    private static AdmissionAnswer review(ServerProcess server, String uid, String image) {
        return AdmissionAnswer.of(server.review(ServerTrial.pod(uid, image)));
    }

    private static boolean isRoot(Span span) {
        return span.getParentSpanId().isEmpty();
    }

    private static Span only(List<Span> spans, String name) {
        assertThat(spans).filteredOn(span -> span.getName().equals(name)).hasSize(1);
        return spans.stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The names from a span up to its root. */
    private static List<String> path(List<Span> spans, String name) {
        Map<ByteString, Span> byId = new HashMap<>();
        spans.forEach(span -> byId.put(span.getSpanId(), span));
        List<String> path = new ArrayList<>();
        for (Span span = only(spans, name); span != null; span = byId.get(span.getParentSpanId())) {
            path.add(span.getName());
        }
        return path;
    }

    private static Map<String, String> attributes(Span span) {
        Map<String, String> attributes = new TreeMap<>();
        span.getAttributesList()
                .forEach(a -> attributes.put(a.getKey(), a.getValue().getStringValue()));
        return attributes;
    }
}

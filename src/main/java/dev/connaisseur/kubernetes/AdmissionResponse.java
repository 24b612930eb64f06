package dev.connaisseur.kubernetes;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the API server is told.
 *
 * @param message why not; also kept where a lenient mode admits in spite of it
 * @param warnings shown by kubectl
 * @param patch only with {@code allowed}
 * @param auditAnnotations for the API server's audit log, keys without prefix
 */
public record AdmissionResponse(
        boolean allowed,
        Optional<String> message,
        List<String> warnings,
        JsonPatch patch,
        SortedMap<String, String> auditAnnotations) {
    private static final Jsonb JSONB = JsonbBuilder.create();

    public AdmissionResponse {
        warnings = List.copyOf(warnings);
        auditAnnotations = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(auditAnnotations));
        if (!allowed && (message.isEmpty() || !patch.isEmpty())) {
            throw new IllegalArgumentException("a denial has a message and no patch");
        }
    }

    public static AdmissionResponse admitted(JsonPatch patch, List<String> warnings) {
        return new AdmissionResponse(true, Optional.empty(), warnings, patch, new TreeMap<>());
    }

    public static AdmissionResponse denied(String message) {
        return new AdmissionResponse(false, Optional.of(message), List.of(), JsonPatch.NONE, new TreeMap<>());
    }

    /** The whole answer to a review, UTF-8. */
    public byte[] toJson(AdmissionReview review) {
        Response response = new Response(
                review.uid(),
                allowed,
                patch.isEmpty() ? null : patch.toBase64(),
                patch.isEmpty() ? null : "JSONPatch",
                message.map(m -> new Status(Map.of(), m)).orElse(null),
                auditAnnotations.isEmpty() ? null : auditAnnotations,
                warnings.isEmpty() ? null : warnings);
        return JSONB.toJson(new Envelope(AdmissionReview.KIND, review.apiVersion(), response))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The shape of admission.k8s.io; public because JSON-B asks for it. */
    @JsonbPropertyOrder({"kind", "apiVersion", "response"})
    public record Envelope(String kind, String apiVersion, Response response) {}

    /** As above. */
    @JsonbPropertyOrder({"uid", "allowed", "patch", "patchType", "status", "auditAnnotations", "warnings"})
    public record Response(
            String uid,
            boolean allowed,
            @Nullable String patch,
            @Nullable String patchType,
            @Nullable Status status,
            @Nullable Map<String, String> auditAnnotations,
            @Nullable List<String> warnings) {}

    /** As above. */
    @JsonbPropertyOrder({"metadata", "message"})
    public record Status(Map<String, String> metadata, String message) {}
}

package dev.connaisseur.admission;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the API server writes into its own audit log beside the request. Where several images were decided, the plain keys tell about
 * the one that decided, and {@code images} about all.
 */
final class AuditAnnotations {
    private static final int IMAGES = 20;
    private static final Jsonb JSONB = JsonbBuilder.create();

    private AuditAnnotations() {}

    static SortedMap<String, String> of(AdmissionDecision decision) {
        SortedMap<String, String> annotations = new TreeMap<>();
        Grounds grounds = decision.grounds();
        annotations.put("decision", decision instanceof AdmissionDecision.Allowed ? "allowed" : "denied");
        annotations.put("id", grounds.id());
        annotations.put("mode", grounds.mode().written());
        annotations.put("phase", grounds.phase().written());
        annotations.put("policy", grounds.policy());
        decisive(grounds.outcomes()).map(ImageFacts::of).ifPresent(image -> {
            put(annotations, "rule", image.rule());
            put(annotations, "validator", image.validator());
            put(annotations, "digest", image.digest());
            put(annotations, "signers", image.signers() == null ? null : String.join(",", image.signers()));
            put(annotations, "logIndex", joined(image.logIndexes()));
            put(annotations, "reason", image.reason());
            put(annotations, "skip", image.skip());
        });
        if (grounds.outcomes().size() > 1) {
            List<ImageFacts> images = grounds.outcomes().stream()
                    .limit(IMAGES)
                    .map(o -> ImageFacts.of(o).brief())
                    .toList();
            annotations.put("images", JSONB.toJson(images));
        }
        return annotations;
    }

    private static Optional<Outcome> decisive(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(Outcome.Refusal.class::isInstance)
                .findFirst()
                .or(() -> outcomes.stream()
                        .filter(Outcome.Tolerated.class::isInstance)
                        .findFirst())
                .or(() -> outcomes.stream().findFirst());
    }

    private static @Nullable String joined(@Nullable List<Long> indexes) {
        return indexes == null ? null : indexes.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static void put(SortedMap<String, String> annotations, String key, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            annotations.put(key, value);
        }
    }
}

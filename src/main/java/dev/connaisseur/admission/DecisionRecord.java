package dev.connaisseur.admission;

import dev.connaisseur.kubernetes.AdmissionReview;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One decision as auditors, the journal and the console see it. Its JSON is the audit line; members that do not apply are absent,
 * and a new version is only made where one changes its meaning or goes away.
 *
 * @param schema {@value #SCHEMA}
 * @param time when it was decided, RFC 3339
 * @param id the decision's id, the same when the request is repeated
 * @param uid the request's
 * @param decision {@code allowed} or {@code denied}
 * @param phase {@code mutating} or {@code validating}
 * @param mode {@code enforce}, {@code detection}, {@code podsOnly}, {@code warn} or {@code off}
 * @param result {@code success}, {@code skip}, {@code error}, {@code timeout} or {@code invalid}
 * @param policy fingerprint of the configuration
 * @param message the denial, also where a lenient mode admitted in spite of it
 * @param millis how long the decision took
 * @param images how many different images there were
 * @param outcomes those images, the first {@value #MOST_IMAGES} of them
 */
@JsonbPropertyOrder({
    "schema",
    "time",
    "id",
    "uid",
    "decision",
    "phase",
    "mode",
    "result",
    "operation",
    "dryRun",
    "namespace",
    "kind",
    "name",
    "policy",
    "message",
    "millis",
    "images",
    "outcomes"
})
public record DecisionRecord(
        String schema,
        String time,
        String id,
        String uid,
        String decision,
        String phase,
        String mode,
        String result,
        String operation,
        boolean dryRun,
        String namespace,
        String kind,
        String name,
        String policy,
        @Nullable String message,
        long millis,
        int images,
        List<ImageFacts> outcomes) {
    public static final String SCHEMA = "connaisseur.decision/v1";
    static final int MOST_IMAGES = 50;
    private static final int TEXT = 253;
    private static final Jsonb JSONB = JsonbBuilder.create();

    public DecisionRecord {
        outcomes = List.copyOf(outcomes);
    }

    static DecisionRecord of(AdmissionReview review, AdmissionDecision decision, Instant now, Duration spent) {
        Grounds grounds = decision.grounds();
        return new DecisionRecord(
                SCHEMA,
                now.toString(),
                grounds.id(),
                Printable.line(review.uid(), TEXT),
                decision instanceof AdmissionDecision.Allowed ? "allowed" : "denied",
                grounds.phase().written(),
                grounds.mode().written(),
                grounds.result().written(),
                Printable.line(review.operation(), TEXT),
                review.dryRun(),
                Printable.line(review.namespace(), TEXT),
                Printable.line(review.kind().kind(), TEXT),
                Printable.line(review.subject(), TEXT),
                grounds.policy(),
                decision.message().orElse(null),
                spent.toMillis(),
                grounds.outcomes().size(),
                grounds.outcomes().stream()
                        .limit(MOST_IMAGES)
                        .map(ImageFacts::of)
                        .toList());
    }

    /** The audit line, without line break. */
    public String toJson() {
        return JSONB.toJson(this);
    }
}

package dev.connaisseur.admission;

import dev.connaisseur.validator.Trail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A part of an admission with its parts, for traces: {@code admission}, in it one {@code image} each, in these one {@code validator}
 * per question, in these the stages of a verification. Attributes hold the names of images, rules and validators and words of this
 * program, nothing else from outside.
 *
 * @param name one of these
 * @param failed whether something was refused here
 */
public record Span(
        String name, Instant begun, Duration spent, Map<String, String> attributes, boolean failed, List<Span> parts) {
    private static final int MOST_IMAGES = 50;
    private static final int LENGTH = 500;

    public Span {
        attributes = Map.copyOf(attributes);
        parts = List.copyOf(parts);
    }

    /** Relates the process's own time to that of the world. */
    private record Dial(Instant now, long nanos) {
        Instant at(long nanoTime) {
            return now.minusNanos(nanos - nanoTime);
        }
    }

    /**
     * The tree of a decision.
     *
     * @param now when it was made
     * @param ended the same by {@link System#nanoTime()}
     * @param begun when it was asked for, by the same
     */
    static Span of(AdmissionDecision decision, Instant now, long ended, long begun) {
        Dial dial = new Dial(now, ended);
        Grounds grounds = decision.grounds();
        boolean allowed = decision instanceof AdmissionDecision.Allowed;
        Map<String, String> attributes = Map.of(
                "connaisseur.id", grounds.id(),
                "connaisseur.decision", allowed ? "allowed" : "denied",
                "connaisseur.phase", grounds.phase().written(),
                "connaisseur.mode", grounds.mode().written(),
                "connaisseur.result", grounds.result().written());
        List<Span> images = grounds.outcomes().stream()
                .limit(MOST_IMAGES)
                .map(outcome -> image(outcome, dial, begun))
                .toList();
        return new Span("admission", dial.at(begun), Duration.ofNanos(ended - begun), attributes, !allowed, images);
    }

    /** It lasts from the first question to the last answer; one that nobody was asked about takes no time. */
    private static Span image(Outcome outcome, Dial dial, long admission) {
        List<Evidence.Inquiry> inquiries = outcome.evidence().inquiries();
        long begun = inquiries.isEmpty() ? admission : inquiries.getFirst().begun();
        long ended = inquiries.isEmpty()
                ? begun
                : inquiries.getLast().begun() + inquiries.getLast().spent().toNanos();
        boolean failed = outcome instanceof Outcome.Refusal || outcome instanceof Outcome.Tolerated;
        Map<String, String> attributes = new TreeMap<>();
        attributes.put("connaisseur.image", Printable.line(outcome.image(), LENGTH));
        attributes.put("connaisseur.rule", Printable.line(outcome.by().pattern(), LENGTH));
        attributes.put("connaisseur.verdict", verdict(outcome));
        return new Span(
                "image",
                dial.at(begun),
                Duration.ofNanos(ended - begun),
                attributes,
                failed,
                inquiries.stream().map(inquiry -> validator(inquiry, dial)).toList());
    }

    private static String verdict(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Verified v -> "verified";
            case Outcome.Approved a -> "approved";
            case Outcome.Skipped s -> s.skip().text();
            case Outcome.Tolerated t -> t.refusal().reason().name();
            case Outcome.Refusal r -> r.reason().name();
        };
    }

    private static Span validator(Evidence.Inquiry inquiry, Dial dial) {
        Map<String, String> attributes = Map.of(
                "connaisseur.validator", inquiry.by().validator(),
                "connaisseur.type", inquiry.by().type(),
                "connaisseur.source", inquiry.source().name().toLowerCase(Locale.ROOT));
        List<Span> stages = new ArrayList<>();
        for (Trail.Part part : inquiry.parts()) {
            String name = part.stage().written();
            stages.add(new Span(name, dial.at(part.begun()), part.spent(), Map.of(), false, List.of()));
        }
        return new Span("validator", dial.at(inquiry.begun()), inquiry.spent(), attributes, false, stages);
    }
}

package dev.connaisseur.cli;

import dev.connaisseur.admission.AdmissionDecision;
import dev.connaisseur.admission.Outcome;
import dev.connaisseur.admission.Ruling;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.Trail;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One image's verdict with what led to it; public because JSON-B asks for it.
 *
 * @param verdict {@code admitted}, {@code denied} or {@code undecided}
 * @param reason the name of a {@link Reason}; null where admitted
 * @param message what kubectl would show; null where admitted
 * @param logIndexes where the signatures stand in the transparency log, if that was demanded
 * @param looked what validators looked at, and what came out
 */
public record Explanation(
        String image,
        String verdict,
        String rule,
        String validator,
        String type,
        @Nullable String digest,
        List<String> signers,
        @Nullable String reason,
        @Nullable String message,
        List<String> warnings,
        List<Long> logIndexes,
        List<Trail.Look> looked) {

    public Explanation {
        signers = List.copyOf(signers);
        warnings = List.copyOf(warnings);
        logIndexes = List.copyOf(logIndexes);
        looked = List.copyOf(looked);
    }

    /** The one image of a decision; a decision that did not come to images is a denial with its message. */
    static Explanation of(String image, AdmissionDecision decision) {
        String whole = decision.toResponse().message().orElse("");
        if (decision.outcomes().isEmpty()) {
            return refused(image, Ruling.NONE, Reason.INTERNAL, whole, List.of(), List.of());
        }
        return switch (decision.outcomes().getFirst()) {
            case Outcome.Verified v -> verified(image, v);
            case Outcome.Approved a -> admitted(image, a.by(), a.warnings(), List.of());
            case Outcome.Skipped s -> admitted(image, s.by(), s.warnings(), List.of());
            case Outcome.Tolerated t ->
                admitted(image, t.by(), t.warnings(), t.refusal().evidence().looks());
            case Outcome.Denied d ->
                refused(
                        image,
                        d.by(),
                        d.reason(),
                        d.text(),
                        d.warnings(),
                        d.evidence().looks());
            case Outcome.TimedOut t ->
                refused(
                        image,
                        t.by(),
                        Reason.TIMED_OUT,
                        whole,
                        t.warnings(),
                        t.evidence().looks());
        };
    }

    private static Explanation verified(String image, Outcome.Verified v) {
        return new Explanation(
                image,
                "admitted",
                v.by().pattern(),
                v.by().validator(),
                v.by().type(),
                v.digest().toString(),
                v.signers(),
                null,
                null,
                v.warnings(),
                v.evidence().logIndexes(),
                v.evidence().looks());
    }

    private static Explanation admitted(String image, Ruling by, List<String> warnings, List<Trail.Look> looked) {
        return new Explanation(
                image,
                "admitted",
                by.pattern(),
                by.validator(),
                by.type(),
                null,
                List.of(),
                null,
                null,
                warnings,
                List.of(),
                looked);
    }

    private static Explanation refused(
            String image, Ruling by, Reason reason, String message, List<String> warnings, List<Trail.Look> looked) {
        return new Explanation(
                image,
                reason.undecided() ? "undecided" : "denied",
                by.pattern(),
                by.validator(),
                by.type(),
                null,
                List.of(),
                reason.name(),
                message,
                warnings,
                List.of(),
                looked);
    }

    int exitCode() {
        return switch (verdict) {
            case "admitted" -> ExitCode.FINE;
            case "denied" -> ExitCode.DENIED;
            default -> ExitCode.UNDECIDED;
        };
    }

    List<String> text() {
        List<String> lines = new ArrayList<>(List.of(image + "  →  " + verdict, ""));
        line(lines, "rule", rule.isEmpty() ? "none matches" : rule);
        line(lines, "validator", validator.isEmpty() ? "none" : validator + " (" + type + ")");
        line(lines, "digest", digest);
        line(lines, "signed by", signers.isEmpty() ? null : String.join(", ", signers));
        line(lines, "log index", logIndexes.isEmpty() ? null : joined(logIndexes));
        line(lines, "reason", reason);
        line(lines, "because", message);
        warnings.forEach(warning -> line(lines, "warning", warning));
        looked.forEach(look -> line(lines, "looked at", sentence(look)));
        lines.add("");
        return lines;
    }

    private static String joined(List<Long> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String sentence(Trail.Look look) {
        return Stream.of(look.at(), look.by(), look.found())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(": "));
    }

    private static void line(List<String> lines, String name, @Nullable String value) {
        if (value != null) {
            lines.add("  %-11s %s".formatted(name, value));
        }
    }
}

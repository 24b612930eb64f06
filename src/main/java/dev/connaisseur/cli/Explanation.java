package dev.connaisseur.cli;

import dev.connaisseur.admission.AdmissionDecision;
import dev.connaisseur.admission.Outcome;
import dev.connaisseur.admission.Ruling;
import dev.connaisseur.validator.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One image's verdict with what led to it; public because JSON-B asks for it.
 *
 * @param verdict {@code admitted}, {@code denied} or {@code undecided}
 * @param reason the name of a {@link Reason}; null where admitted
 * @param message what kubectl would show; null where admitted
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
        List<String> warnings) {

    public Explanation {
        signers = List.copyOf(signers);
        warnings = List.copyOf(warnings);
    }

    /** The one image of a decision; a decision that did not come to images is a denial with its message. */
    static Explanation of(String image, AdmissionDecision decision) {
        String whole = decision.toResponse().message().orElse("");
        if (decision.outcomes().isEmpty()) {
            return refused(image, Ruling.NONE, Reason.INTERNAL, whole, List.of());
        }
        return switch (decision.outcomes().getFirst()) {
            case Outcome.Verified v -> admitted(image, v.by(), v.digest().toString(), v.signers(), v.warnings());
            case Outcome.Approved a -> admitted(image, a.by(), null, List.of(), a.warnings());
            case Outcome.Skipped s -> admitted(image, s.by(), null, List.of(), s.warnings());
            case Outcome.Tolerated t -> admitted(image, t.by(), null, List.of(), t.warnings());
            case Outcome.Denied d -> refused(image, d.by(), d.reason(), d.text(), d.warnings());
            case Outcome.TimedOut t -> refused(image, t.by(), Reason.TIMED_OUT, whole, t.warnings());
        };
    }

    private static Explanation admitted(
            String image, Ruling by, @Nullable String digest, List<String> signers, List<String> warnings) {
        return new Explanation(
                image, "admitted", by.pattern(), by.validator(), by.type(), digest, signers, null, null, warnings);
    }

    private static Explanation refused(String image, Ruling by, Reason reason, String message, List<String> warnings) {
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
                warnings);
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
        line(lines, "reason", reason);
        line(lines, "because", message);
        warnings.forEach(warning -> line(lines, "warning", warning));
        lines.add("");
        return lines;
    }

    private static void line(List<String> lines, String name, @Nullable String value) {
        if (value != null) {
            lines.add("  %-11s %s".formatted(name, value));
        }
    }
}

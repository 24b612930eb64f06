package dev.connaisseur.admission;

import dev.connaisseur.validator.Trail;
import java.time.Duration;
import java.util.List;

/**
 * What an outcome rests on, for people who ask why.
 *
 * @param spent how long it took to get the answers of validators
 * @param looks what they looked at
 * @param source the weakest that any of the answers came from
 * @param logIndexes where the signatures stand in the transparency log, as far as that was proved
 * @param inquiries who was asked, one after the other
 */
public record Evidence(
        Duration spent, List<Trail.Look> looks, Source source, List<Long> logIndexes, List<Inquiry> inquiries) {
    private static final int LENGTH = 300;

    static final Evidence NONE = new Evidence(Duration.ZERO, List.of(), Source.VALIDATOR, List.of(), List.of());

    public Evidence {
        looks = looks.stream().map(Evidence::printable).toList();
        logIndexes = List.copyOf(logIndexes);
        inquiries = List.copyOf(inquiries);
    }

    /**
     * One question for a validator.
     *
     * @param by whose answer was wanted
     * @param source who gave it; the validator also where nobody did in time
     * @param begun when it was asked, by {@link System#nanoTime()}
     * @param parts of the verification that was begun for this question; none where there was no need, or another was under way
     */
    public record Inquiry(Ruling by, Source source, long begun, Duration spent, List<Trail.Part> parts) {
        public Inquiry {
            parts = List.copyOf(parts);
        }
    }

    /** What registries and notaries say stands in them, so nothing of it may move a cursor. */
    private static Trail.Look printable(Trail.Look look) {
        return new Trail.Look(
                Printable.line(look.at(), LENGTH),
                Printable.line(look.by(), LENGTH),
                Printable.line(look.found(), LENGTH));
    }

    /** Where an answer comes from; later ones are weaker. */
    public enum Source {
        /** It was found out now. */
        VALIDATOR(""),
        /** It was found out a short time ago, by this configuration. */
        CACHE("cache hit"),
        /** Nobody could be asked now; the digest was good not too long ago. */
        LEASE("last known good");

        private final String text;

        Source(String text) {
            this.text = text;
        }

        /** Log line and metric label, the original's where it had one; empty where a validator answered. */
        public String text() {
            return text;
        }
    }
}

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
 */
public record Evidence(Duration spent, List<Trail.Look> looks, Source source) {
    static final Evidence NONE = new Evidence(Duration.ZERO, List.of(), Source.VALIDATOR);

    public Evidence {
        looks = List.copyOf(looks);
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

package dev.connaisseur.admission;

import dev.connaisseur.validator.Trail;
import java.time.Duration;
import java.util.List;

/**
 * What an outcome rests on, for people who ask why.
 *
 * @param spent how long validators took
 * @param looks what they looked at
 */
public record Evidence(Duration spent, List<Trail.Look> looks) {
    static final Evidence NONE = new Evidence(Duration.ZERO, List.of());

    public Evidence {
        looks = List.copyOf(looks);
    }
}

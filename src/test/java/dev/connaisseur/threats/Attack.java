package dev.connaisseur.threats;

import dev.connaisseur.validator.Reason;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One hostile deed, and why the image that is asked for then must be refused.
 *
 * @param row of the catalogue of threats
 * @param arm prepares the servers and gives the image to ask for
 * @param text found in the message to the user
 * @param limit of the review
 */
record Attack(int row, String what, Arm arm, Set<Reason> reasons, String text, Duration limit) {
    private static final Duration AMPLE = Duration.ofSeconds(25);

    @FunctionalInterface
    interface Arm {
        String arm(Stage stage);
    }

    static Attack of(int row, String what, Reason reason, String text, Arm arm) {
        return new Attack(row, what, arm, Set.of(reason), text, AMPLE);
    }

    /** Nobody answers, or not to the end: the review's own limit decides. */
    static Attack stalling(int row, String what, Arm arm) {
        return new Attack(row, what, arm, Set.of(Reason.TIMED_OUT), "", Duration.ofSeconds(2));
    }

    boolean explains(String message) {
        return Pattern.compile(text).matcher(message).find();
    }

    @Override
    public String toString() {
        return row + ": " + what;
    }
}

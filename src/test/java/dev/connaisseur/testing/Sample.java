package dev.connaisseur.testing;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What became of one request.
 *
 * @param begun by the clock of {@link System#nanoTime()}
 * @param patched the image that would run
 */
public record Sample(
        KnownImage image,
        long begun,
        Duration time,
        boolean answered,
        boolean admitted,
        String patched,
        String message) {
    /** The one thing that must never be. */
    public boolean falselyAdmitted() {
        return admitted
                && !image.signed()
                        .filter(digest -> patched.equals(image.reference() + "@" + digest))
                        .isPresent();
    }

    public boolean right() {
        return answered && !falselyAdmitted() && admitted == image.signed().isPresent();
    }

    /** Nothing came, or nothing that is a verdict. */
    public static Sample unanswered(KnownImage image, long begun, String why) {
        return new Sample(image, begun, Duration.ofNanos(System.nanoTime() - begun), false, false, "", why);
    }

    /** Holds an answer against what is known of the image. */
    public static Sample judged(KnownImage image, String uid, long begun, int status, String body) {
        Duration time = Duration.ofNanos(System.nanoTime() - begun);
        if (status != 200) {
            return unanswered(image, begun, body);
        }
        AdmissionAnswer verdict = AdmissionAnswer.ofJson(body);
        String patched = verdict.images(Reviews.workload("Pod", Map.of("containers", List.of(image.reference()))))
                .getFirst();
        boolean answered = verdict.uid().equals(uid);
        return new Sample(image, begun, time, answered, verdict.allowed(), patched, verdict.message());
    }
}

package dev.connaisseur.admission;

import dev.connaisseur.admission.Evidence.Source;
import dev.connaisseur.admission.Outcome.Refusal;
import dev.connaisseur.admission.Outcome.Tolerated;
import dev.connaisseur.alert.AlertEvent;
import dev.connaisseur.alert.AlertEvent.Category;
import dev.connaisseur.kubernetes.AdmissionReview;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What alert receivers are told about a decision, before a lenient mode makes anything else of it. Nobody hears of a rehearsal, nor a
 * second time of an object that is admitted.
 */
final class Announcement {
    private static final int TEXT = 1500;
    private static final int NAME = 253;
    private static final int MOST_IMAGES = 20;

    private Announcement() {}

    /** Whether telling has to be waited for. */
    static boolean waits(Admission admission, AdmissionDecision decision) {
        return !isSilent(admission.review(), decision)
                && admission.generation().alerts().waits(category(decision));
    }

    /**
     * Tells.
     *
     * @return why a receiver was not told who must be
     */
    static Optional<String> of(Admission admission, AdmissionDecision decision) throws InterruptedException {
        if (isSilent(admission.review(), decision)) {
            return Optional.empty();
        }
        return admission.generation().alerts().tell(event(admission.review(), decision), admission.deadline());
    }

    private static boolean isSilent(AdmissionReview review, AdmissionDecision decision) {
        return review.dryRun() || (review.isFinal() && decision.message().isEmpty());
    }

    private static Category category(AdmissionDecision decision) {
        return decision.message().isEmpty() && leased(decision.outcomes()).isEmpty() ? Category.ADMIT : Category.REJECT;
    }

    /** Images that nobody could be asked about: whoever hears of refusals hears of these. */
    private static List<Outcome> leased(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> outcome.evidence().source() == Source.LEASE)
                .toList();
    }

    private static AlertEvent event(AdmissionReview review, AdmissionDecision decision) {
        String error = Printable.line(cause(decision), TEXT);
        String uid = Printable.line(review.uid(), NAME);
        return new AlertEvent(
                category(decision),
                decision.grounds().result().written(),
                message(decision, error, uid),
                error,
                Printable.line(review.namespace(), NAME),
                uid,
                images(decision.outcomes()));
    }

    private static String cause(AdmissionDecision decision) {
        List<String> leased = images(leased(decision.outcomes()));
        String unasked = leased.isEmpty() ? "" : "nobody could be asked about " + String.join(", ", leased);
        return decision.message().orElse(unasked);
    }

    /** In the original's words, where it has some. */
    private static String message(AdmissionDecision decision, String error, String uid) {
        if (category(decision) == Category.ADMIT) {
            return "CONNAISSEUR admitted a request";
        }
        if (decision.message().isEmpty()) {
            return "CONNAISSEUR admitted a request by older verdicts: " + error;
        }
        return switch (decision.grounds().result()) {
            case TIMEOUT -> "CONNAISSEUR validation timed out for admission request " + uid;
            case INVALID -> "CONNAISSEUR failed to parse admission request " + uid;
            case SUCCESS, SKIP, ERROR ->
                decision instanceof AdmissionDecision.Allowed
                        ? "CONNAISSEUR only audits and admitted a request: " + error
                        : "CONNAISSEUR rejected a request: " + error;
        };
    }

    /** Those that are refused, or all where none is. */
    private static List<String> images(List<Outcome> outcomes) {
        List<Outcome> refused = outcomes.stream()
                .filter(outcome -> outcome instanceof Refusal || outcome instanceof Tolerated)
                .toList();
        Stream<Outcome> told = refused.isEmpty() ? outcomes.stream() : refused.stream();
        return told.limit(MOST_IMAGES)
                .map(outcome -> Printable.line(outcome.image(), NAME))
                .toList();
    }
}

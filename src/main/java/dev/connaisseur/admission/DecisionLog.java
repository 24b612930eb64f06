package dev.connaisseur.admission;

import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.Workload;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Writes what was decided, in the original's sentences, with the request's uid as a member of the line. */
final class DecisionLog {
    private static final Logger LOG = Logger.getLogger(AdmissionController.class.getName());

    private DecisionLog() {}

    static void decided(AdmissionReview review, AdmissionDecision decision) {
        for (Outcome outcome : decision.outcomes()) {
            switch (outcome) {
                case Outcome.Verified v -> info(review, verified(v));
                case Outcome.Approved a ->
                    info(review, "static allow for image " + a.image() + " using rule " + a.by().pattern());
                case Outcome.Denied d -> {}
                case Outcome.TimedOut t -> {}
            }
        }
        String error = switch (decision) {
            case AdmissionDecision.Refused refused -> refused.message();
            case AdmissionDecision.Allowed allowed -> allowed.inSpiteOf().orElse("");
        };
        if (!error.isEmpty()) {
            LOG.log(
                    Level.SEVERE,
                    line("error validating " + review.kind().kind() + " " + review.subject() + ": " + error),
                    members(review));
        }
    }

    static void deleting(AdmissionReview review, Workload workload) {
        info(
                review,
                "skipped validation on update request for " + workload.kind().kind() + " resource '" + workload.name()
                        + "' already marked for deletion");
    }

    /** Our own mistake: the one line with a stack. */
    static void broken(AdmissionReview review, String what, Throwable failure) {
        LOG.log(
                Level.SEVERE,
                failure,
                () -> line("admission request " + review.uid() + " is denied: unexpected failure while " + what));
    }

    private static String verified(Outcome.Verified v) {
        return "successfully validated image " + v.image() + " using rule " + v.by().pattern() + " and validator "
                + v.by().validator() + ". Result is "
                + v.replacement().orElse(v.reference().name()) + ".";
    }

    private static void info(AdmissionReview review, String sentence) {
        LOG.log(Level.INFO, line(sentence), members(review));
    }

    private static Map<String, String> members(AdmissionReview review) {
        return Map.of("uid", Printable.line(review.uid(), 100), "namespace", Printable.line(review.namespace(), 100));
    }

    private static String line(String text) {
        return Printable.line(text, 2000);
    }
}

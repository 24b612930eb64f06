package dev.connaisseur.admission;

import dev.connaisseur.admission.Evidence.Source;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.Workload;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Writes what was decided, in the original's sentences, with the request's uid as a member of the line. */
final class DecisionLog {
    private static final Logger LOG = Logger.getLogger(AdmissionController.class.getName());

    private DecisionLog() {}

    static void decided(AdmissionReview review, AdmissionDecision decision) {
        Map<String, String> members = new TreeMap<>(members(review));
        members.put("id", decision.grounds().id());
        if (review.isFinal()) {
            members.put("phase", review.phase().written());
        }
        for (Outcome outcome : decision.outcomes()) {
            switch (outcome) {
                case Outcome.Verified v -> info(members, verified(v));
                case Outcome.Approved a ->
                    info(members, "static allow for image " + a.image() + " using rule " + a.by().pattern());
                case Outcome.Skipped s ->
                    info(members, "skipped validation: " + s.skip().text() + " for image " + s.image());
                case Outcome.Tolerated t -> refused(members, t.refusal(), "tolerated");
                case Outcome.Refusal r -> refused(members, r, "refused");
            }
        }
        decision.message().ifPresent(error -> {
            String subject = review.kind().kind() + " " + review.subject();
            LOG.log(Level.SEVERE, line("error validating " + subject + ": " + error), members);
        });
    }

    static void deleting(AdmissionReview review, Workload workload) {
        info(
                members(review),
                "skipped validation on update request for " + workload.kind().kind() + " resource '" + workload.name()
                        + "' already marked for deletion");
    }

    static void noOwner(AdmissionReview review, LookupException failure) {
        LOG.log(
                Level.WARNING,
                line("no automatic approval of child images, the owner cannot be looked up: " + failure.getMessage()),
                members(review));
    }

    static void noSecrets(AdmissionReview review, LookupException failure) {
        LOG.log(
                Level.WARNING,
                line("the pull secrets of the object cannot be read: " + failure.getMessage()),
                members(review));
    }

    /** Our own mistake: the one line with a stack. */
    static void broken(AdmissionReview review, String what, Throwable failure) {
        LOG.log(
                Level.SEVERE,
                failure,
                () -> line("admission request " + review.uid() + " is denied: unexpected failure while " + what));
    }

    private static String verified(Outcome.Verified v) {
        if (v.evidence().source() != Source.VALIDATOR) {
            return "skipped validation: " + v.evidence().source().text() + " for image " + v.image();
        }
        return "successfully validated image " + v.image() + " using rule " + v.by().pattern() + " and validator "
                + v.by().validator() + ". Result is "
                + v.replacement().orElse(v.reference().name()) + ".";
    }

    /** One line per refused image, with its reason as a member: nobody needs to read messages to tell cases apart. */
    private static void refused(Map<String, String> common, Outcome.Refusal refusal, String verb) {
        Map<String, String> members = new TreeMap<>(common);
        members.put("image", Printable.line(refusal.image(), 300));
        members.put("rule", refusal.by().pattern());
        members.put("validator", refusal.by().validator());
        members.put("reason", refusal.reason().name());
        LOG.log(Level.INFO, line(verb + " image " + refusal.image() + ": " + DenialText.of(refusal)), members);
    }

    private static void info(Map<String, String> members, String sentence) {
        LOG.log(Level.INFO, line(sentence), members);
    }

    private static Map<String, String> members(AdmissionReview review) {
        return Map.of("uid", Printable.line(review.uid(), 100), "namespace", Printable.line(review.namespace(), 100));
    }

    private static String line(String text) {
        return Printable.line(text, 2000);
    }
}

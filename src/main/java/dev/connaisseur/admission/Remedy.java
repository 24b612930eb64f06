package dev.connaisseur.admission;

import dev.connaisseur.validator.Reason;
import java.util.List;

/** The one thing to do about refused images. */
final class Remedy {
    private Remedy() {}

    /** What helps all of them, else what helps the first; at least one is given. */
    static String of(List<? extends Outcome.Refusal> refusals) {
        List<String> remedies = refusals.stream()
                .map(refusal -> of(refusal.reason(), refusal.by()))
                .distinct()
                .toList();
        String first = remedies.getFirst();
        if (remedies.size() > 1) {
            return "Begin with the first: " + first;
        }
        return refusals.size() > 1 ? "For each: " + first : first;
    }

    private static String of(Reason reason, Ruling by) {
        return switch (reason) {
            case INVALID_REFERENCE -> "Correct the image reference.";
            case NO_MATCHING_RULE, STATIC_DENY -> "Use an image that the policy permits.";
            case MISCONFIGURED -> "Have this rule corrected.";
            case NOT_PINNED -> "Have whatever wrote this image run before Connaisseur.";
            case IMAGE_NOT_FOUND -> "Check name and tag, or push the image.";
            case NO_SIGNATURE, UNTRUSTED_SIGNER -> "Sign it with " + signer(by) + ".";
            case OTHER_IMAGE -> "Sign this very image with " + signer(by) + ".";
            case THRESHOLD -> "Have more of the trusted signers sign it.";
            case REQUIRED_SIGNER -> "Have the required signers sign it.";
            case LOG -> "Sign it with an entry in the transparency log.";
            case CERTIFICATE, IDENTITY -> "Sign it as one of the identities of " + signer(by) + ".";
            case REVOKED -> "Sign it with a certificate that is not revoked.";
            case TIMESTAMP -> "Sign it with a timestamp.";
            case ROLLBACK ->
                "Have the newest trust data published, or use \"connaisseur trust forget\" if the notary was restored from a backup.";
            case INCONSISTENT -> "Have the newest trust data published.";
            case ATTESTATION -> "Have it attested as the rule demands.";
            case ANNOTATION -> "Sign it with the annotations that the rule demands.";
            case AMBIGUOUS -> "Name it by the digest that is meant.";
            case MALFORMED_IMAGE -> "Push the image again.";
            case UNAUTHORIZED -> "Have the validator given credentials for this registry.";
            case INCONCLUSIVE, TIMED_OUT -> "Try again.";
            case INTERNAL -> "Have the log line with this id looked at.";
            default -> "Sign it again.";
        };
    }

    private static String signer(Ruling by) {
        return by.trustRoot().equals("*") || by.trustRoot().isEmpty()
                ? "the keys that this validator trusts"
                : "trust root \"" + Printable.line(by.trustRoot(), 100) + "\"";
    }
}

package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.LookupException;
import dev.connaisseur.sigstore.Refusal;
import dev.connaisseur.validator.Reason;
import java.util.Comparator;

/**
 * Why one signature does not count for one trust root.
 *
 * @param text a sentence without the full stop
 */
record Finding(Step step, String text) {
    /** The finding that tells most comes last: how far the signature got, and above all what could not be found out. */
    static final Comparator<Finding> BY_STEP = Comparator.comparing(Finding::step);

    /** The checks in their order. */
    enum Step {
        NOTHING(Reason.NO_SIGNATURE),
        /** Attestations are there, but no signature. */
        PREDICATE(Reason.NO_SIGNATURE),
        FORMAT(Reason.MALFORMED_SIGNATURE),
        SIGNATURE(Reason.UNTRUSTED_SIGNER),
        NO_CERTIFICATE(Reason.UNTRUSTED_SIGNER),
        NO_LOG_ENTRY(Reason.LOG),
        LOG_ENTRY(Reason.LOG),
        NO_TIMESTAMP(Reason.TIMESTAMP),
        NO_TIME(Reason.TIMESTAMP),
        EXPIRED(Reason.EXPIRED),
        CHAIN(Reason.CERTIFICATE),
        SCT(Reason.CERTIFICATE),
        IDENTITY(Reason.IDENTITY),
        CLAIM(Reason.IDENTITY),
        PAYLOAD(Reason.MALFORMED_SIGNATURE),
        IMAGE(Reason.OTHER_IMAGE),
        REFERENCE(Reason.OTHER_IMAGE),
        ANNOTATION(Reason.ANNOTATION),
        /** The attestation's condition does not hold, or cannot be judged. */
        CONDITION(Reason.ATTESTATION),
        ACCESS(Reason.UNAUTHORIZED),
        LOOKUP(Reason.INCONCLUSIVE),
        TIME(Reason.TIMED_OUT);

        private final Reason reason;

        Step(Reason reason) {
            this.reason = reason;
        }

        Reason reason() {
            return reason;
        }
    }

    static Finding of(Refusal refusal) {
        Step step = switch (refusal.flaw()) {
            case SIGNATURE -> Step.SIGNATURE;
            case NO_CERTIFICATE -> Step.NO_CERTIFICATE;
            case NO_LOG_ENTRY -> Step.NO_LOG_ENTRY;
            case LOG_ENTRY -> Step.LOG_ENTRY;
            case NO_TIMESTAMP -> Step.NO_TIMESTAMP;
            case NO_TIME -> Step.NO_TIME;
            case EXPIRED -> Step.EXPIRED;
            case CHAIN -> Step.CHAIN;
            case SCT -> Step.SCT;
            case IDENTITY -> Step.IDENTITY;
            case CLAIM -> Step.CLAIM;
        };
        return new Finding(step, refusal.text());
    }

    /** What could not be fetched, or is not there though something points at it. */
    static Finding of(LookupException failure) {
        Step step = switch (failure.kind()) {
            case UNREACHABLE, STATUS, FORBIDDEN, UNTRUSTED_TLS -> Step.LOOKUP;
            case TIMED_OUT -> Step.TIME;
            case UNAUTHORIZED -> Step.ACCESS;
            case NOT_FOUND, TOO_LARGE, MALFORMED -> Step.FORMAT;
        };
        return new Finding(step, String.valueOf(failure.getMessage()));
    }
}

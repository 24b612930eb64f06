package dev.connaisseur.validator.notation;

import dev.connaisseur.http.LookupException;
import dev.connaisseur.validator.Reason;
import java.util.Comparator;

/**
 * Why one signature does not count, or would not at another level.
 *
 * @param text a sentence without the full stop
 */
record Finding(Step step, String text) {
    /** The finding that tells most comes last: how far the signature got, and above all what could not be found out. */
    static final Comparator<Finding> BY_STEP = Comparator.comparing(Finding::step);

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

    /** How far a signature can get, each with the check that it fails there. */
    enum Step {
        NOTHING(Check.INTEGRITY, Reason.NO_SIGNATURE),
        FORMAT(Check.INTEGRITY, Reason.MALFORMED_SIGNATURE),
        CHAIN(Check.INTEGRITY, Reason.CERTIFICATE),
        SIGNER(Check.AUTHENTICITY, Reason.UNTRUSTED_SIGNER),
        IDENTITY(Check.AUTHENTICITY, Reason.IDENTITY),
        IMAGE(Check.INTEGRITY, Reason.OTHER_IMAGE),
        EXPIRED(Check.EXPIRY, Reason.EXPIRED),
        CERTIFICATE_EXPIRED(Check.AUTHENTIC_TIMESTAMP, Reason.EXPIRED),
        NOT_YET_VALID(Check.AUTHENTIC_TIMESTAMP, Reason.CERTIFICATE),
        TIMESTAMP(Check.AUTHENTIC_TIMESTAMP, Reason.TIMESTAMP),
        REVOKED(Check.REVOCATION, Reason.REVOKED),
        REVOCATION_UNKNOWN(Check.REVOCATION, Reason.INCONCLUSIVE),
        ACCESS(Check.INTEGRITY, Reason.UNAUTHORIZED),
        LOOKUP(Check.INTEGRITY, Reason.INCONCLUSIVE),
        TIME(Check.INTEGRITY, Reason.TIMED_OUT);

        private final Check check;
        private final Reason reason;

        Step(Check check, Reason reason) {
            this.check = check;
            this.reason = reason;
        }

        Check check() {
            return check;
        }

        Reason reason() {
            return reason;
        }
    }
}

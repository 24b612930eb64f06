package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.LookupException;
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

    /** The checks in their order. */
    enum Step {
        NOTHING(Reason.NO_SIGNATURE),
        FORMAT(Reason.MALFORMED_SIGNATURE),
        SIGNER(Reason.UNTRUSTED_SIGNER),
        PAYLOAD(Reason.MALFORMED_SIGNATURE),
        IMAGE(Reason.OTHER_IMAGE),
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
}

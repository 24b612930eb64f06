package dev.connaisseur.validator;

import dev.connaisseur.http.LookupException;
import org.jspecify.annotations.Nullable;

/**
 * An image is refused. The message is the original's {@code <cause>}: a sentence with its subject and both sides of a mismatch.
 * Caught in one place, {@code admission.ImageReview}.
 */
public final class ValidationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public ValidationException(Reason reason, String message) {
        this(reason, message, null);
    }

    public ValidationException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Carries a failed look-up over: its kind decides the reason, its sentence follows {@code prefix}. */
    public static ValidationException of(LookupException failure, String prefix) {
        Reason reason = switch (failure.kind()) {
            case UNREACHABLE, STATUS, FORBIDDEN, UNTRUSTED_TLS -> Reason.INCONCLUSIVE;
            case TIMED_OUT -> Reason.TIMED_OUT;
            case NOT_FOUND -> Reason.IMAGE_NOT_FOUND;
            case UNAUTHORIZED -> Reason.UNAUTHORIZED;
            case TOO_LARGE, MALFORMED -> Reason.MALFORMED_IMAGE;
        };
        return new ValidationException(reason, prefix + failure.getMessage(), failure);
    }

    public Reason reason() {
        return reason;
    }
}

package dev.connaisseur.validator.notaryv1;

import dev.connaisseur.tuf.MetadataException;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import org.jspecify.annotations.Nullable;

/** Role files that could not be had, read or believed. Each step on the way out says what it was doing. */
final class NotaryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    NotaryException(Reason reason, String message) {
        this(reason, message, null);
    }

    NotaryException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** A fault of role files, in the words of reasons. */
    static NotaryException of(MetadataException e) {
        Reason reason = switch (e.fault()) {
            case MALFORMED -> Reason.MALFORMED_SIGNATURE;
            case UNSIGNED, NO_SUCH_ROLE -> Reason.NO_SIGNATURE;
            case UNTRUSTED -> Reason.UNTRUSTED_SIGNER;
            case THRESHOLD -> Reason.THRESHOLD;
            case EXPIRED -> Reason.EXPIRED;
            case INCONSISTENT -> Reason.INCONSISTENT;
            case ROLLBACK -> Reason.ROLLBACK;
        };
        return new NotaryException(reason, String.valueOf(e.getMessage()), e);
    }

    Reason reason() {
        return reason;
    }

    /** The same, with what was being done before it: {@code prefix} and the message. */
    NotaryException during(String prefix) {
        String message = String.valueOf(getMessage());
        return message.startsWith(NotaryServer.UNREACHED)
                ? this
                : new NotaryException(reason, prefix + message, getCause());
    }

    ValidationException refusal() {
        return new ValidationException(reason, String.valueOf(getMessage()), getCause());
    }
}

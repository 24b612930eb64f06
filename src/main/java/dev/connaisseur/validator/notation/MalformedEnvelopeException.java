package dev.connaisseur.validator.notation;

/** Bytes that are not a signature envelope as its specification wants it. The message is a sentence that never quotes the content. */
final class MalformedEnvelopeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedEnvelopeException(String message) {
        super(message);
    }

    MalformedEnvelopeException(String message, Throwable cause) {
        super(message, cause);
    }
}

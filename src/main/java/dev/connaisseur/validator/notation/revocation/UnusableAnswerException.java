package dev.connaisseur.validator.notation.revocation;

/** An answer from which nothing can be learnt about a certificate. The message is a sentence without full stop that quotes nothing. */
final class UnusableAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableAnswerException(String message) {
        super(message);
    }

    UnusableAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.connaisseur.trust;

/** A timestamp that cannot be read or proves nothing. The message is a sentence without its content. */
public final class UnusableTimestampException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableTimestampException(String message) {
        super(message);
    }

    public UnusableTimestampException(String message, Throwable cause) {
        super(message, cause);
    }
}

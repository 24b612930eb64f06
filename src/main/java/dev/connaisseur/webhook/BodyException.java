package dev.connaisseur.webhook;

/** The body of a request did not come, or too much of it. */
final class BodyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    BodyException(int status, String sentence) {
        super(sentence);
        this.status = status;
    }

    /** The HTTP status that says so. */
    int status() {
        return status;
    }
}

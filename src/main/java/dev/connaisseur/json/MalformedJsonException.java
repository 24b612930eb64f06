package dev.connaisseur.json;

/** Bytes that are not JSON as we read it. The message is a sentence that never quotes the content. */
public final class MalformedJsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedJsonException(String message) {
        super(message);
    }
}

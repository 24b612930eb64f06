package dev.connaisseur.sigstore;

/** Bytes that break the format they are said to have. The message is a sentence that never quotes the content. */
public final class MalformedEvidenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedEvidenceException(String message) {
        super(message);
    }

    public MalformedEvidenceException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.connaisseur.trust;

/** A public key that must not be trusted, whatever is signed with it. The message is a sentence without key material. */
public final class UnusableKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableKeyException(String message) {
        super(message);
    }

    public UnusableKeyException(String message, Throwable cause) {
        super(message, cause);
    }
}

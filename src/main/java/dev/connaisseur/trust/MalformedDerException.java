package dev.connaisseur.trust;

/** Bytes that are not the DER encoding of what was expected. */
public final class MalformedDerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedDerException(String message) {
        super(message);
    }
}

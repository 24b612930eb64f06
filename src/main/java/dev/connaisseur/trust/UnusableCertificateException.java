package dev.connaisseur.trust;

/** A certificate that cannot be read or must not be used. The message is a sentence without the certificate. */
public final class UnusableCertificateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableCertificateException(String message) {
        super(message);
    }

    public UnusableCertificateException(String message, Throwable cause) {
        super(message, cause);
    }
}

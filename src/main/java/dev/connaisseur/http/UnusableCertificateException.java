package dev.connaisseur.http;

/** A PEM text that is no list of certificates. The message says why, without quoting the text. */
public final class UnusableCertificateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableCertificateException(String message) {
        super(message);
    }
}

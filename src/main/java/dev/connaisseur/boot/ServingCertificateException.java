package dev.connaisseur.boot;

import org.jspecify.annotations.Nullable;

/** {@code tls.crt} and {@code tls.key} cannot serve TLS. The sentence names the file and never its content. */
final class ServingCertificateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServingCertificateException(String sentence) {
        this(sentence, null);
    }

    ServingCertificateException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }
}

package dev.connaisseur.validator.notation;

import java.util.Arrays;
import java.util.Optional;

/**
 * Who says when a signature was made.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/signing-scheme.md">Signing scheme</a>
 */
enum SigningScheme {
    /** The signer, whom nobody believes in this; a timestamp authority may vouch for it. */
    X509("notary.x509"),
    /** A signing authority that signs for others, and is believed. */
    SIGNING_AUTHORITY("notary.x509.signingAuthority");

    private final String written;

    SigningScheme(String written) {
        this.written = written;
    }

    String written() {
        return written;
    }

    static Optional<SigningScheme> of(String text) {
        return Arrays.stream(values()).filter(one -> one.written.equals(text)).findFirst();
    }
}

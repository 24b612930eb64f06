package dev.connaisseur.validator.notation;

import java.util.Locale;

/**
 * What a verification level can enforce or only log.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#signature-verification-details">
 *     Signature verification details</a>
 */
enum Check {
    INTEGRITY,
    AUTHENTICITY,
    AUTHENTIC_TIMESTAMP,
    EXPIRY,
    REVOCATION;

    /** As people read it, e.g. {@code authentic timestamp}. */
    String written() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}

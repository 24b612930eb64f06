package dev.connaisseur.validator.notation;

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
    REVOCATION
}

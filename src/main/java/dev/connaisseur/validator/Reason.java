package dev.connaisseur.validator;

/** Why an image was refused: metric label, log field and test subject. The message is for people, this is for decisions. */
public enum Reason {
    /** Not a reference that the distribution grammar accepts. */
    INVALID_REFERENCE,
    NO_MATCHING_RULE,
    /** The rule cannot be applied as configured: validator or trust root missing or unusable. */
    MISCONFIGURED,
    STATIC_DENY,
    /** Verified, but the final object does not name the digest although its rule pins. */
    NOT_PINNED,
    IMAGE_NOT_FOUND,
    /** Nothing is signed here. */
    NO_SIGNATURE,
    /** There are signatures, none by whom we trust. */
    UNTRUSTED_SIGNER,
    /** A signature by a trusted signer is about another image. */
    OTHER_IMAGE,
    /** Some trusted signers, not enough of them. */
    THRESHOLD,
    /** A demanded signer has not signed. */
    REQUIRED_SIGNER,
    /** The signature, its envelope or its payload breaks its specification. */
    MALFORMED_SIGNATURE,
    /** The transparency log proof is missing or wrong. */
    LOG,
    /** Certificate chain, identity or SCT is not acceptable. */
    CERTIFICATE,
    IDENTITY,
    EXPIRED,
    /** Signed parts contradict each other: hashes, lengths or versions. */
    INCONSISTENT,
    REVOKED,
    TIMESTAMP,
    ROLLBACK,
    ATTESTATION,
    ANNOTATION,
    /** Two trusted sources name different digests. */
    AMBIGUOUS,
    /** A manifest, index or digest that contradicts itself. */
    MALFORMED_IMAGE,
    /** We may not or cannot read there: credentials refused. */
    UNAUTHORIZED,
    /** Could not find out: network, server. Never cached as a denial. */
    INCONCLUSIVE,
    /** Could not find out in time. */
    TIMED_OUT,
    /** Our own mistake. */
    INTERNAL;

    /** True where nothing was found out about the image: "could not decide". */
    public boolean undecided() {
        return this == INCONCLUSIVE || this == TIMED_OUT || this == INTERNAL;
    }
}

package dev.connaisseur.validator;

import java.util.Locale;

/** The parts of verifications, as metrics and traces name them. A verification goes through some of them, through some more than once. */
public enum Stage {
    /** Keys and trust roots that are kept elsewhere are fetched. */
    TRUST,
    /** The registry is asked which digest the image has. */
    RESOLVE,
    /** Signatures are fetched and checked. */
    SIGNATURES,
    /** Attestations are fetched and checked. */
    ATTESTATIONS,
    /** A notary's base roles are fetched and checked. */
    ROLES,
    /** Those to which they delegate, and the digest. */
    DELEGATIONS;

    /** In small letters. */
    public String written() {
        return name().toLowerCase(Locale.ROOT);
    }
}

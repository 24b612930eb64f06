package dev.connaisseur.validator.notation.revocation;

/** What came out about a whole chain. */
public sealed interface RevocationStatus {
    /** Nothing speaks against the chain. */
    record Good() implements RevocationStatus {}

    /**
     * A certificate was revoked.
     *
     * @param text which one and since when, without full stop
     */
    record Revoked(String text) implements RevocationStatus {}

    /**
     * It could not be found out.
     *
     * @param text about which certificate, and why, without full stop
     */
    record Unknown(String text) implements RevocationStatus {}
}

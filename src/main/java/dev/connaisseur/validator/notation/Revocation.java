package dev.connaisseur.validator.notation;

import dev.connaisseur.validator.notation.Finding.Step;
import dev.connaisseur.validator.notation.revocation.RevocationStatus;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** How one request finds out whether certificates have been revoked. */
@FunctionalInterface
interface Revocation {
    /**
     * Asks for all certificates of a chain but the last, which is trusted.
     *
     * @param chain the leaf first
     * @param signed when the signature was made, if somebody vouches for it
     */
    RevocationStatus of(List<X509Certificate> chain, Supplier<Optional<Instant>> signed);

    /** Why a chain does not count; empty if it does. */
    default Optional<Finding> flaw(List<X509Certificate> chain, Supplier<Optional<Instant>> signed) {
        return switch (of(chain, signed)) {
            case RevocationStatus.Good good -> Optional.empty();
            case RevocationStatus.Revoked(String text) -> Optional.of(new Finding(Step.REVOKED, text));
            case RevocationStatus.Unknown(String text) -> Optional.of(new Finding(Step.REVOCATION_UNKNOWN, text));
        };
    }
}

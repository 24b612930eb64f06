package dev.connaisseur.validator.notation.revocation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Something that an issuer or its responder has signed about revocation: its signature is verified, its age is not yet. */
sealed interface Published permits OcspAnswer, RevocationList {
    /** How far the publisher's clock may be ahead of ours. */
    Duration SKEW = Duration.ofMinutes(5);

    Instant thisUpdate();

    /** Empty where newer information is always to be had. */
    Optional<Instant> nextUpdate();

    /** Bytes of memory, roughly. */
    int weight();

    /** Whether the publisher still stands behind it. */
    default boolean isFresh(Instant now) {
        return !thisUpdate().isAfter(now.plus(SKEW))
                && !now.isAfter(nextUpdate().orElse(thisUpdate().plus(SKEW)));
    }

    /**
     * One certificate's entry.
     *
     * @param since when it was revoked
     * @param invalid since when its key was not to be trusted, if that is said
     * @param reason the code of RFC 5280, 5.3.1; 0 if none is given
     */
    record Revocation(Instant since, Optional<Instant> invalid, int reason) {
        static final int CERTIFICATE_HOLD = 6;
        static final int REMOVE_FROM_CRL = 8;
    }
}

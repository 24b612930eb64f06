package dev.connaisseur.validator.notation;

import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.TimestampToken;
import dev.connaisseur.trust.UnusableTimestampException;
import dev.connaisseur.validator.notation.Finding.Step;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A timestamp authority's word that a signature existed while its certificates were valid.
 *
 * @param authorities roots of the timestamp authorities that are believed
 * @param revocation tells whether the authority itself has been revoked
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#steps">Validate authentic
 *     timestamp</a>
 */
record Countersignature(List<X509Certificate> authorities, Revocation revocation, Instant now) {
    Countersignature {
        authorities = List.copyOf(authorities);
    }

    /** Why the countersignature of an envelope proves nothing about its certificates; empty if it does. */
    Optional<Finding> flaw(Envelope envelope) {
        if (envelope.timestamp().isEmpty()) {
            return finding("no timestamp countersignature was found in the signature envelope");
        }
        try {
            TimestampToken token = TimestampToken.of(envelope.timestamp().get());
            CertificateChain authority = token.verify(envelope.signature(), List.of(), authorities);
            return range(envelope, token)
                    .or(() -> revocation
                            .flaw(authority.certificates(), Optional::empty)
                            .map(flaw -> new Finding(flaw.step(), "of the timestamp authority, " + flaw.text())));
        } catch (UnusableTimestampException e) {
            return finding("the timestamp countersignature is not accepted: " + e.getMessage());
        }
    }

    /** The latest moment at which the signature can have been made, if a trusted authority says so. */
    Optional<Instant> latest(Envelope envelope) {
        if (envelope.timestamp().isEmpty()) {
            return Optional.empty();
        }
        try {
            TimestampToken token = TimestampToken.of(envelope.timestamp().get());
            token.verify(envelope.signature(), List.of(), authorities);
            return Optional.of(token.time().plus(token.accuracy()));
        } catch (UnusableTimestampException e) {
            return Optional.empty();
        }
    }

    /** The whole range in which the true time may lie must be inside the validity of every certificate. */
    private Optional<Finding> range(Envelope envelope, TimestampToken token) {
        Instant earliest = token.time().minus(token.accuracy());
        Instant latest = token.time().plus(token.accuracy());
        if (earliest.isAfter(now)) {
            return finding("the timestamp countersignature's time " + token.time() + " lies in the future");
        }
        return Verification.validity(envelope.chain(), earliest)
                .or(() -> Verification.validity(envelope.chain(), latest))
                .flatMap(outside -> finding("at the time of the countersignature, " + outside.text()));
    }

    private static Optional<Finding> finding(String text) {
        return Optional.of(new Finding(Step.TIMESTAMP, text));
    }
}

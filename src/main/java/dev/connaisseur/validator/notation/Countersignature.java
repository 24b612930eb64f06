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
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#steps">Validate authentic
 *     timestamp</a>
 */
record Countersignature(List<X509Certificate> authorities, Instant now) {
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
            return range(envelope, token).or(() -> revocation(authority));
        } catch (UnusableTimestampException e) {
            return finding("the timestamp countersignature is not accepted: " + e.getMessage());
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

    private static Optional<Finding> revocation(CertificateChain authority) {
        return RevocationInformation.isNamed(authority.certificates())
                ? Optional.of(new Finding(
                        Step.REVOCATION_UNKNOWN,
                        "the timestamp authority's certificate chain names an OCSP server or a CRL and its revocation"
                                + " could not be checked"))
                : Optional.empty();
    }

    private static Optional<Finding> finding(String text) {
        return Optional.of(new Finding(Step.TIMESTAMP, text));
    }
}

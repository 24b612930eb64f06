package dev.connaisseur.validator.notation;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One trust root of a validator, in the Notary Project's words.
 *
 * @param certificates one of them must stand in a signer's chain
 * @param timestamps roots of timestamp authorities; empty where timestamps are not looked at
 * @param identities whom the certificates may vouch for
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#trust-store">Trust
 *     store</a>
 */
record TrustStore(
        String name,
        Kind kind,
        List<X509Certificate> certificates,
        List<X509Certificate> timestamps,
        List<TrustedIdentity> identities) {

    TrustStore {
        certificates = List.copyOf(certificates);
        timestamps = List.copyOf(timestamps);
        identities = List.copyOf(identities);
    }

    /** What signers and timestamps are traced to. */
    List<X509Certificate> allCertificates() {
        return Stream.concat(certificates.stream(), timestamps.stream()).toList();
    }

    /** Whether the chain of this signature leads to a certificate of this store. */
    boolean anchors(Envelope envelope) {
        return kind.scheme == envelope.attributes().scheme()
                && envelope.chain().stream().anyMatch(certificates::contains);
    }

    /** Whether the signer is one whom this store's authorities may vouch for. */
    boolean allows(X509Certificate signer) {
        return identities.stream().anyMatch(identity -> identity.matches(signer));
    }

    /** What its certificates issue. */
    enum Kind {
        /** Certificates for signers. */
        CA("ca", SigningScheme.X509),
        /** Certificates for authorities that sign for others and state the time. */
        SIGNING_AUTHORITY("signingAuthority", SigningScheme.SIGNING_AUTHORITY);

        private final String written;
        private final SigningScheme scheme;

        Kind(String written, SigningScheme scheme) {
            this.written = written;
            this.scheme = scheme;
        }

        /** As it is written in the configuration. */
        static Optional<Kind> of(String text) {
            return Arrays.stream(values())
                    .filter(kind -> kind.written.equals(text))
                    .findFirst();
        }
    }
}

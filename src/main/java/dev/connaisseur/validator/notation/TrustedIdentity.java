package dev.connaisseur.validator.notation;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Whom a trust store's authorities may vouch for.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#trusted-identities-constraints">
 *     Trusted identities constraints</a>
 */
sealed interface TrustedIdentity {
    String PREFIX = "x509.subject:";

    boolean matches(X509Certificate signer);

    /** Whether some signer could match both. */
    boolean overlaps(TrustedIdentity other);

    /** Everybody: {@code *}. */
    record Anybody() implements TrustedIdentity {
        @Override
        public boolean matches(X509Certificate signer) {
            return true;
        }

        @Override
        public boolean overlaps(TrustedIdentity other) {
            return true;
        }
    }

    /** Whoever has at least these attributes in the subject. */
    record Subject(DistinguishedName name) implements TrustedIdentity {
        @Override
        public boolean matches(X509Certificate signer) {
            return DistinguishedName.subject(signer).filter(name::isPartOf).isPresent();
        }

        @Override
        public boolean overlaps(TrustedIdentity other) {
            return switch (other) {
                case Anybody anybody -> true;
                case Subject subject -> name.isPartOf(subject.name) || subject.name.isPartOf(name);
            };
        }
    }

    /**
     * Reads one entry of {@code trustedIdentities}.
     *
     * @throws IllegalArgumentException with a sentence that says what is wrong
     */
    static TrustedIdentity parse(String text) {
        if (text.strip().equals("*")) {
            return new Anybody();
        }
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("it does not begin with " + PREFIX);
        }
        DistinguishedName name = DistinguishedName.parse(text.substring(PREFIX.length()));
        if (!name.attributes().keySet().containsAll(List.of("C", "ST", "O"))) {
            throw new IllegalArgumentException("it does not hold C, ST and O");
        }
        return new Subject(name);
    }
}

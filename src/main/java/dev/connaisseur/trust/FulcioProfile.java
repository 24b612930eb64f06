package dev.connaisseur.trust;

import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;

/**
 * What Fulcio's certificates have beyond what every chain has: each says by a key's identifier who signed it, each authority which
 * key it has, and RSA keys are of whole bytes. A home-made authority may lack this, so it is asked only where Fulcio is meant. That a
 * root has no extended key usage is not asked: roots of private deployments have one.
 *
 * @see <a href="https://github.com/sigstore/fulcio/blob/main/docs/certificate-specification.md">Certificate specification</a>
 */
final class FulcioProfile {
    private FulcioProfile() {}

    /**
     * What a certificate lacks by itself. Its identifiers are well-formed.
     *
     * @param anchor whether it is trusted by itself: who signed it need not be said then
     */
    static Optional<String> flaw(X509Certificate certificate, boolean anchor) {
        KeyIdentifiers identifiers = KeyIdentifiers.of(certificate);
        if (certificate.getBasicConstraints() >= 0 && identifiers.own().isEmpty()) {
            return Optional.of(
                    "a certificate of the chain has no subject key identifier, as Fulcio's authorities have");
        }
        if (identifiers.authority().isEmpty() && (identifiers.identified() || !anchor)) {
            return Optional.of("a certificate of the chain has no authority key identifier, as Fulcio's have");
        }
        if (certificate.getPublicKey() instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() % Byte.SIZE != 0) {
            return Optional.of("a certificate of the chain has an RSA key that is not of whole bytes");
        }
        return Optional.empty();
    }

    /** Whether a certificate names this one as its authority. */
    static Optional<String> flaw(X509Certificate issued, X509Certificate issuer) {
        boolean named = KeyIdentifiers.of(issued)
                .authority()
                .equals(KeyIdentifiers.of(issuer).own());
        return named
                ? Optional.empty()
                : Optional.of("a certificate of the chain names another authority than the one that signed it");
    }
}

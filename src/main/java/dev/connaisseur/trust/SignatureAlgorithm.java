package dev.connaisseur.trust;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;

/** A signature algorithm with all its parameters. Nothing is left to a default, nothing is read from what is verified. */
public sealed interface SignatureAlgorithm {
    SignatureAlgorithm ED25519 = new Ed25519(false);
    SignatureAlgorithm ED25519_PH = new Ed25519(true);

    /** How the two numbers of an ECDSA signature are written. */
    enum Encoding {
        /** {@code SEQUENCE { r INTEGER, s INTEGER }}. */
        DER,
        /** r‖s, each as long as the curve's order. */
        P1363
    }

    record Ecdsa(Hash hash, Encoding encoding) implements SignatureAlgorithm {}

    record RsaPkcs1(Hash hash) implements SignatureAlgorithm {}

    /**
     * RSASSA-PSS with every parameter fixed.
     *
     * @param salt bytes of salt, exactly
     */
    record RsaPss(Hash hash, Hash mask, int salt) implements SignatureAlgorithm {}

    /**
     * EdDSA on edwards25519.
     *
     * @param prehashed Ed25519ph of RFC 8032, which signs the SHA-512 of the message
     */
    record Ed25519(boolean prehashed) implements SignatureAlgorithm {}

    static SignatureAlgorithm ecdsa(Hash hash, Encoding encoding) {
        return new Ecdsa(hash, encoding);
    }

    static SignatureAlgorithm rsaPkcs1(Hash hash) {
        return new RsaPkcs1(hash);
    }

    /** RSASSA-PSS as everybody uses it: one hash for message and mask, a salt of the hash's length. */
    static SignatureAlgorithm rsaPss(Hash hash) {
        return new RsaPss(hash, hash, hash.length());
    }

    /**
     * What sigstore's tools sign with a key: ECDSA with the hash of the curve, RSA PKCS#1 v1.5 with SHA-256, Ed25519 and
     * Ed25519ph. A key paired with anything else is not what its owner signed.
     */
    static List<SignatureAlgorithm> ofSigstore(PublicKey key) {
        return switch (key) {
            case ECPublicKey ec ->
                EcCurve.of(ec)
                        .map(curve -> List.of(ecdsa(curve.hash(), Encoding.DER)))
                        .orElse(List.of());
            case RSAPublicKey rsa -> List.of(rsaPkcs1(Hash.SHA_256));
            case EdECPublicKey ed -> List.of(ED25519, ED25519_PH);
            default -> List.of();
        };
    }

    /**
     * What cosign verifies with the certificate of its older format: as {@link #ofSigstore}, but SHA-256 only. A P-384 key signs with
     * SHA-384, so that its signatures in that format are verified by nobody.
     */
    static List<SignatureAlgorithm> ofLegacyCertificate(PublicKey key) {
        return ofSigstore(key).stream()
                .filter(algorithm -> !(algorithm instanceof Ecdsa ecdsa) || ecdsa.hash() == Hash.SHA_256)
                .toList();
    }

    /**
     * What the Notary Project demands of a key: RSASSA-PSS with SHA-256, -384, -512 for RSA of 2048, 3072, 4096 bits, ECDSA (r‖s)
     * with the hash of the curve. Empty for every other key.
     *
     * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md">Algorithm selection</a>
     */
    static List<SignatureAlgorithm> ofNotation(PublicKey key) {
        return switch (key) {
            case ECPublicKey ec ->
                EcCurve.of(ec)
                        .map(curve -> List.of(ecdsa(curve.hash(), Encoding.P1363)))
                        .orElse(List.of());
            case RSAPublicKey rsa ->
                switch (rsa.getModulus().bitLength()) {
                    case 2048 -> List.of(rsaPss(Hash.SHA_256));
                    case 3072 -> List.of(rsaPss(Hash.SHA_384));
                    case 4096 -> List.of(rsaPss(Hash.SHA_512));
                    default -> List.of();
                };
            default -> List.of();
        };
    }
}

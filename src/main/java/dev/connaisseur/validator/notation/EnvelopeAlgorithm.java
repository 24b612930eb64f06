package dev.connaisseur.validator.notation;

import dev.connaisseur.trust.Hash;
import dev.connaisseur.trust.SignatureAlgorithm;
import dev.connaisseur.trust.SignatureAlgorithm.Encoding;
import java.util.Arrays;
import java.util.Optional;

/**
 * The signature algorithms that an envelope may name, and no others.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#signature-algorithm-requirements">
 *     Signature algorithm requirements</a>
 */
enum EnvelopeAlgorithm {
    PS256(-37, SignatureAlgorithm.rsaPss(Hash.SHA_256)),
    PS384(-38, SignatureAlgorithm.rsaPss(Hash.SHA_384)),
    PS512(-39, SignatureAlgorithm.rsaPss(Hash.SHA_512)),
    ES256(-7, SignatureAlgorithm.ecdsa(Hash.SHA_256, Encoding.P1363)),
    ES384(-35, SignatureAlgorithm.ecdsa(Hash.SHA_384, Encoding.P1363)),
    ES512(-36, SignatureAlgorithm.ecdsa(Hash.SHA_512, Encoding.P1363));

    private final long coseLabel;
    // A record of enums: immutable, though the analysis cannot see it through the sealed interface.
    @SuppressWarnings("ImmutableEnumChecker")
    private final SignatureAlgorithm algorithm;

    EnvelopeAlgorithm(long coseLabel, SignatureAlgorithm algorithm) {
        this.coseLabel = coseLabel;
        this.algorithm = algorithm;
    }

    /** By the value of a JWS {@code alg} header, which is the constant's own name. */
    static Optional<EnvelopeAlgorithm> ofJws(String alg) {
        return Arrays.stream(values()).filter(one -> one.name().equals(alg)).findFirst();
    }

    /** By the value of a COSE {@code alg} header. */
    static Optional<EnvelopeAlgorithm> ofCose(long alg) {
        return Arrays.stream(values()).filter(one -> one.coseLabel == alg).findFirst();
    }

    SignatureAlgorithm algorithm() {
        return algorithm;
    }
}

package dev.connaisseur.validator.notation.revocation;

import dev.connaisseur.trust.Hash;
import dev.connaisseur.trust.SignatureAlgorithm;
import dev.connaisseur.trust.SignatureAlgorithm.Encoding;
import dev.connaisseur.trust.SignatureCheck;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** Verifies what is signed the way certificates are. SHA-1 and MD5 count for nothing. */
final class IssuerSignature {
    private static final Map<String, SignatureAlgorithm> BY_OID = Map.of(
            "1.2.840.113549.1.1.11", SignatureAlgorithm.rsaPkcs1(Hash.SHA_256),
            "1.2.840.113549.1.1.12", SignatureAlgorithm.rsaPkcs1(Hash.SHA_384),
            "1.2.840.113549.1.1.13", SignatureAlgorithm.rsaPkcs1(Hash.SHA_512),
            "1.2.840.10045.4.3.2", SignatureAlgorithm.ecdsa(Hash.SHA_256, Encoding.DER),
            "1.2.840.10045.4.3.3", SignatureAlgorithm.ecdsa(Hash.SHA_384, Encoding.DER),
            "1.2.840.10045.4.3.4", SignatureAlgorithm.ecdsa(Hash.SHA_512, Encoding.DER),
            "1.3.101.112", SignatureAlgorithm.ED25519);

    private IssuerSignature() {}

    static boolean verify(PublicKey key, AlgorithmIdentifier algorithm, byte[] message, byte[] signature) {
        return algorithm(algorithm)
                .filter(known -> SignatureCheck.verify(key, known, message, signature))
                .isPresent();
    }

    private static Optional<SignatureAlgorithm> algorithm(AlgorithmIdentifier identifier) {
        if (!identifier.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            return Optional.ofNullable(BY_OID.get(identifier.getAlgorithm().getId()));
        }
        if (identifier.getParameters() == null) {
            return Optional.empty();
        }
        RSASSAPSSparams parameters = RSASSAPSSparams.getInstance(identifier.getParameters());
        AlgorithmIdentifier mask = parameters.getMaskGenAlgorithm();
        if (!mask.getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1) || mask.getParameters() == null) {
            return Optional.empty();
        }
        Optional<Hash> hash =
                Hash.ofOid(parameters.getHashAlgorithm().getAlgorithm().getId());
        Optional<Hash> maskHash = Hash.ofOid(AlgorithmIdentifier.getInstance(mask.getParameters())
                .getAlgorithm()
                .getId());
        return hash.isPresent() && hash.equals(maskHash)
                ? Optional.of(new SignatureAlgorithm.RsaPss(
                        hash.get(), hash.get(), parameters.getSaltLength().intValueExact()))
                : Optional.empty();
    }
}

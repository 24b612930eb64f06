package dev.connaisseur.validator.cosign;

import dev.connaisseur.image.Digest;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.trust.SignatureAlgorithm;
import dev.connaisseur.trust.SignatureCheck;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.validator.cosign.Finding.Step;
import java.security.PublicKey;
import java.util.Optional;

/** The checks of one signature for one trust root, in the order of {@link Step}. A pure function of its arguments. */
final class EvidenceCheck {
    private final Digest image;

    /**
     * Prepares the checks.
     *
     * @param image the digest of the manifest that the registry delivered
     */
    EvidenceCheck(Digest image) {
        this.image = image;
    }

    /** Why the signature does not count; empty if it does. */
    Optional<Finding> check(Evidence evidence, TrustRoot root) {
        return switch (root) {
            case TrustRoot.Key key ->
                signed(evidence, key.key())
                        ? payload(evidence)
                        : Optional.of(new Finding(Step.SIGNER, "a signature is not by the key of " + key.name()));
            case TrustRoot.Keyless keyless -> none(keyless);
            case TrustRoot.Certificate certificate -> none(certificate);
            case TrustRoot.Unusable unusable -> none(unusable);
        };
    }

    private static boolean signed(Evidence evidence, PublicKey key) {
        byte[] message = evidence.payload().toArray();
        byte[] signature = evidence.signature().toArray();
        return SignatureAlgorithm.ofSigstore(key).stream()
                .anyMatch(algorithm -> SignatureCheck.verify(key, algorithm, message, signature));
    }

    private Optional<Finding> payload(Evidence evidence) {
        try {
            SignaturePayload payload = SignaturePayload.parse(evidence.payload());
            return payload.digest().equals(image)
                    ? Optional.empty()
                    : Optional.of(new Finding(
                            Step.IMAGE, "the signed payload names " + payload.digest() + ", the image is " + image));
        } catch (MalformedJsonException e) {
            return Optional.of(new Finding(Step.PAYLOAD, "the signed payload is malformed: " + e.getMessage()));
        }
    }

    private static Optional<Finding> none(TrustRoot root) {
        return Optional.of(new Finding(Step.SIGNER, "a signature is not by " + root.name()));
    }
}

package dev.connaisseur.validator.cosign;

import dev.connaisseur.image.Digest;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.sigstore.Content;
import dev.connaisseur.sigstore.Evidence;
import dev.connaisseur.sigstore.MalformedEvidenceException;
import dev.connaisseur.validator.cosign.Finding.Step;
import java.util.Optional;

/** What a signature that was verified says about an image. */
final class ImageClaim {
    private final Digest image;

    /**
     * Prepares the checks.
     *
     * @param image the digest of the manifest that the registry delivered
     */
    ImageClaim(Digest image) {
        this.image = image;
    }

    /** Why the signature is not one of this image; empty if it is. */
    Optional<Finding> check(Evidence evidence) {
        try {
            return switch (evidence.content()) {
                case Content.Payload payload -> payload(SignaturePayload.parse(payload.message()));
                case Content.Envelope envelope -> statement(Statement.parse(envelope));
                case Content.Blob blob ->
                    Optional.of(new Finding(Step.PREDICATE, "a signature is not one of an image"));
            };
        } catch (MalformedJsonException | MalformedEvidenceException e) {
            return Optional.of(new Finding(Step.PAYLOAD, "the signed payload is malformed: " + e.getMessage()));
        }
    }

    private Optional<Finding> payload(SignaturePayload payload) {
        return payload.digest().equals(image)
                ? Optional.empty()
                : Optional.of(new Finding(
                        Step.IMAGE, "the signed payload names " + payload.digest() + ", the image is " + image));
    }

    private Optional<Finding> statement(Statement statement) {
        if (!statement.isSignature()) {
            return Optional.of(new Finding(Step.PREDICATE, "an attestation is not a signature"));
        }
        return statement.isAbout(image)
                ? Optional.empty()
                : Optional.of(new Finding(Step.IMAGE, "the signed statement is about another image than " + image));
    }
}

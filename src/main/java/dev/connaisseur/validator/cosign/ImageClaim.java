package dev.connaisseur.validator.cosign;

import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.image.InvalidReferenceException;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.policy.SignatureDemands;
import dev.connaisseur.sigstore.Content;
import dev.connaisseur.sigstore.Evidence;
import dev.connaisseur.sigstore.MalformedEvidenceException;
import dev.connaisseur.validator.cosign.Finding.Step;
import java.util.Map;
import java.util.Optional;

/**
 * What a signature says about an image.
 *
 * @param image as the manifest of the workload names it
 * @param digest of the manifest that the registry delivered
 */
record ImageClaim(ImageReference image, Digest digest, SignatureDemands demands) {

    /** What is no signature of an image, whoever made it: an attestation never counts as one. */
    static Optional<Finding> unsuited(Evidence evidence) {
        boolean attestation = switch (evidence.content()) {
            case Content.Payload payload -> false;
            case Content.Envelope envelope -> isAttestation(envelope);
            case Content.Blob blob -> true;
        };
        return attestation
                ? Optional.of(new Finding(Step.PREDICATE, "what is there is not a signature of an image"))
                : Optional.empty();
    }

    /** Why a signature that was verified does not count for this image; empty if it does. */
    Optional<Finding> check(Evidence evidence) {
        try {
            return switch (evidence.content()) {
                case Content.Payload payload -> payload(SignaturePayload.parse(payload.message()));
                case Content.Envelope envelope -> statement(Statement.parse(envelope));
                case Content.Blob blob -> unsuited(evidence);
            };
        } catch (MalformedJsonException | MalformedEvidenceException e) {
            return Optional.of(new Finding(Step.PAYLOAD, "the signed payload is malformed: " + e.getMessage()));
        }
    }

    private static boolean isAttestation(Content.Envelope envelope) {
        try {
            return !Statement.parse(envelope).isSignature();
        } catch (MalformedJsonException | MalformedEvidenceException e) {
            return false;
        }
    }

    private Optional<Finding> payload(SignaturePayload payload) {
        if (!payload.digest().equals(digest)) {
            return Optional.of(new Finding(
                    Step.IMAGE, "the signed payload names " + payload.digest() + ", the image is " + digest));
        }
        if (demands.dockerReference() && !names(payload.dockerReference())) {
            return Optional.of(new Finding(
                    Step.REFERENCE,
                    "the signed payload names the repository " + payload.dockerReference() + ", the image is from "
                            + image.context()));
        }
        return annotations(payload.annotations());
    }

    private Optional<Finding> statement(Statement statement) {
        if (!statement.isSignature()) {
            return Optional.of(new Finding(Step.PREDICATE, "what is there is not a signature of an image"));
        }
        if (!statement.isAbout(digest)) {
            return Optional.of(new Finding(Step.IMAGE, "the signed statement is about another image than " + digest));
        }
        if (demands.dockerReference()) {
            return Optional.of(new Finding(Step.REFERENCE, "the signed statement names no repository"));
        }
        return annotations(statement.annotations(digest));
    }

    private Optional<Finding> annotations(Map<String, String> signed) {
        return demands.annotations().entrySet().stream()
                .filter(wanted -> !wanted.getValue().equals(signed.get(wanted.getKey())))
                .findFirst()
                .map(wanted -> new Finding(
                        Step.ANNOTATION,
                        "the signature has not the annotation " + wanted.getKey() + "=" + wanted.getValue()));
    }

    private boolean names(String dockerReference) {
        try {
            return ImageReference.parse(dockerReference).context().equals(image.context());
        } catch (InvalidReferenceException e) {
            return false;
        }
    }
}

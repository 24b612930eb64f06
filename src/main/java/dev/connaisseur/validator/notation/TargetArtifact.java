package dev.connaisseur.validator.notation;

import dev.connaisseur.json.Limits;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.registry.Manifest;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;

/**
 * What a signature is about: the descriptor of one manifest. All three must be the image's own, or it is another image.
 *
 * @param digest as written
 * @param size in bytes
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#payload">Payload</a>
 */
record TargetArtifact(String mediaType, String digest, long size) {
    private static final Limits LIMITS = new Limits(Envelope.LARGEST, 10, Envelope.LARGEST);

    /** What a signature of this manifest must be about. */
    static TargetArtifact of(Manifest manifest) {
        return new TargetArtifact(manifest.mediaType(), manifest.digest().toString(), manifest.size());
    }

    /**
     * Reads a payload.
     *
     * @throws MalformedEnvelopeException if it names no artifact
     */
    static TargetArtifact parse(byte[] payload) {
        try {
            JsonObject root = StrictJson.parseObject(payload, LIMITS);
            if (root.get("targetArtifact") instanceof JsonObject target
                    && target.get("mediaType") instanceof JsonString mediaType
                    && target.get("digest") instanceof JsonString digest
                    && target.get("size") instanceof JsonNumber size) {
                return new TargetArtifact(mediaType.getString(), digest.getString(), size.longValueExact());
            }
            throw new MalformedEnvelopeException("the payload names no artifact by mediaType, digest and size");
        } catch (MalformedJsonException | ArithmeticException e) {
            throw new MalformedEnvelopeException("the payload cannot be read: " + e.getMessage(), e);
        }
    }
}

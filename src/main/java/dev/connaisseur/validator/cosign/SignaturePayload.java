package dev.connaisseur.validator.cosign;

import dev.connaisseur.image.Digest;
import dev.connaisseur.json.Limits;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.sigstore.Bytes;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a cosign signature is about: one image digest, and what the signer added. Read once, strictly, from the very bytes that
 * were verified.
 *
 * @param digest {@code critical.image.docker-manifest-digest}
 * @param dockerReference {@code critical.identity.docker-reference}, may be empty
 * @param annotations the texts of {@code optional}; values of other types are left out
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-signature.5.md">Simple signing</a>
 */
record SignaturePayload(Digest digest, String dockerReference, Map<String, String> annotations) {
    static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";
    static final int LARGEST = 64 * 1024;

    private static final String TYPE = "cosign container image signature";
    private static final Limits LIMITS = new Limits(LARGEST, 10, LARGEST);

    SignaturePayload {
        annotations = Map.copyOf(annotations);
    }

    /**
     * Reads a payload.
     *
     * @throws MalformedJsonException if it is not JSON or not a payload of cosign; a member under {@code critical} that we do not
     *     know is refused, as the specification demands and as a second spelling of a known one would be another reading
     */
    static SignaturePayload parse(Bytes payload) {
        JsonObject root = StrictJson.parseObject(payload.toArray(), LIMITS);
        JsonObject critical = object(root, "critical");
        JsonObject identity = object(critical, "identity");
        JsonObject image = object(critical, "image");
        known(root, Set.of("critical", "optional"));
        known(critical, Set.of("identity", "image", "type"));
        known(identity, Set.of("docker-reference"));
        known(image, Set.of("docker-manifest-digest"));
        if (!text(critical, "type").equals(TYPE)) {
            throw new MalformedJsonException("critical.type is not \"" + TYPE + "\"");
        }
        Digest digest = Digest.parse(text(image, "docker-manifest-digest"))
                .orElseThrow(() -> new MalformedJsonException("docker-manifest-digest is not a sha256 digest"));
        return new SignaturePayload(digest, text(identity, "docker-reference"), annotations(root));
    }

    private static Map<String, String> annotations(JsonObject root) {
        JsonValue optional = root.getOrDefault("optional", JsonValue.NULL);
        if (optional.getValueType() == JsonValue.ValueType.NULL) {
            return Map.of();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        object(root, "optional").forEach((name, value) -> {
            if (value instanceof JsonString text) {
                texts.put(name, text.getString());
            }
        });
        return texts;
    }

    private static JsonObject object(JsonObject parent, String name) {
        if (parent.get(name) instanceof JsonObject object) {
            return object;
        }
        throw new MalformedJsonException(name + " is not an object");
    }

    private static String text(JsonObject parent, String name) {
        if (parent.get(name) instanceof JsonString text) {
            return text.getString();
        }
        throw new MalformedJsonException(name + " is not a text");
    }

    private static void known(JsonObject object, Set<String> names) {
        if (!names.containsAll(object.keySet())) {
            throw new MalformedJsonException("a member that the format does not have");
        }
    }
}

package dev.connaisseur.validator.cosign;

import dev.connaisseur.image.Digest;
import dev.connaisseur.json.Limits;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.sigstore.Content;
import dev.connaisseur.sigstore.MalformedEvidenceException;
import dev.connaisseur.sigstore.SigstoreBundle;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An in-toto statement: a predicate about some subjects.
 *
 * @param subjects by SHA-256 digest, as hex, the texts of the subject's annotations; other algorithms do not count
 * @param json the whole statement
 * @see <a href="https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md">in-toto statement</a>
 */
record Statement(Map<String, Map<String, String>> subjects, String predicateType, JsonObject json) {
    /** How cosign writes "this image is signed" in a bundle. */
    static final String SIGNATURE = "https://sigstore.dev/cosign/sign/v1";

    private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
    private static final Set<String> TYPES =
            Set.of("https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1");
    private static final Limits LIMITS = new Limits(SigstoreBundle.LARGEST, 64, SigstoreBundle.LARGEST);
    private static final int MOST_SUBJECTS = 1000;

    Statement {
        subjects = Map.copyOf(subjects);
    }

    /**
     * Reads the payload of an envelope.
     *
     * @throws MalformedEvidenceException if it is not an in-toto statement
     */
    static Statement parse(Content.Envelope envelope) {
        if (!envelope.payloadType().equals(PAYLOAD_TYPE)) {
            throw new MalformedEvidenceException("the envelope holds no in-toto statement");
        }
        JsonObject json = StrictJson.parseObject(envelope.payload().toArray(), LIMITS);
        if (!TYPES.contains(text(json, "_type"))) {
            throw new MalformedEvidenceException("the statement is of an unknown type");
        }
        if (!(json.get("subject") instanceof JsonArray array) || array.isEmpty() || array.size() > MOST_SUBJECTS) {
            throw new MalformedEvidenceException("the statement has not between 1 and " + MOST_SUBJECTS + " subjects");
        }
        Map<String, Map<String, String>> subjects = new HashMap<>();
        for (JsonValue subject : array) {
            if (!(subject instanceof JsonObject object) || !(object.get("digest") instanceof JsonObject digest)) {
                throw new MalformedEvidenceException("a subject of the statement has no digest");
            }
            if (digest.get("sha256") instanceof JsonString hex) {
                subjects.put(hex.getString(), texts(object.get("annotations")));
            }
        }
        return new Statement(subjects, text(json, "predicateType"), json);
    }

    boolean isSignature() {
        return predicateType.equals(SIGNATURE);
    }

    boolean isAbout(Digest image) {
        return subjects.containsKey(image.hex());
    }

    /** What the signer wrote beside the image. */
    Map<String, String> annotations(Digest image) {
        return subjects.getOrDefault(image.hex(), Map.of());
    }

    private static Map<String, String> texts(@Nullable JsonValue annotations) {
        Map<String, String> texts = new HashMap<>();
        if (annotations instanceof JsonObject object) {
            object.forEach((name, value) -> {
                if (value instanceof JsonString text) {
                    texts.put(name, text.getString());
                }
            });
        }
        return texts;
    }

    private static String text(JsonObject json, String name) {
        if (json.get(name) instanceof JsonString text && !text.getString().isEmpty()) {
            return text.getString();
        }
        throw new MalformedEvidenceException("the statement has no " + name);
    }
}

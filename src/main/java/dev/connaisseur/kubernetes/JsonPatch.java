package dev.connaisseur.kubernetes;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Replacements in an object, in the order in which they are made (RFC 6902).
 *
 * @param operations each on a place that exists
 */
public record JsonPatch(List<Replace> operations) {
    public static final JsonPatch NONE = new JsonPatch(List.of());
    private static final Jsonb JSONB = JsonbBuilder.create();

    public JsonPatch {
        operations = List.copyOf(operations);
    }

    /**
     * Puts another text where one stands.
     *
     * @param op always {@code replace}
     * @param path an RFC 6901 pointer
     */
    @JsonbPropertyOrder({"op", "path", "value"})
    public record Replace(String op, String path, String value) {
        public Replace(String path, String value) {
            this("replace", path, value);
        }
    }

    public boolean isEmpty() {
        return operations.isEmpty();
    }

    /** The patch document, {@code [{"op":"replace","path":"…","value":"…"},…]}. */
    public String toJson() {
        return JSONB.toJson(operations);
    }

    /** The document as an AdmissionReview carries it. */
    public String toBase64() {
        return Base64.getEncoder().encodeToString(toJson().getBytes(StandardCharsets.UTF_8));
    }
}

package dev.connaisseur.tuf;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The canonical JSON of OLPC, which TUF signs: no white space, members in the byte order of their UTF-8 names, integers only, and of
 * all characters only {@code "} and {@code \} escaped. This is not RFC 8785: control characters stay as they are.
 *
 * @see <a href="http://wiki.laptop.org/go/Canonical_JSON">Canonical JSON</a>
 */
public final class CanonicalJson {
    /** UTF-8 orders strings by code point; {@link String#compareTo} orders surrogates before U+E000 and would differ. */
    private static final Comparator<Map.Entry<String, JsonValue>> BY_UTF8_NAME =
            Comparator.comparing(entry -> entry.getKey().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private final StringBuilder out = new StringBuilder();

    private CanonicalJson() {}

    /**
     * Writes a value that was read strictly (no name twice, no lone surrogates).
     *
     * @throws MetadataException if a number is not a plain integer
     */
    public static byte[] of(JsonValue value) {
        CanonicalJson writer = new CanonicalJson();
        writer.write(value);
        return writer.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void write(JsonValue value) {
        switch (value.getValueType()) {
            case OBJECT -> write(value.asJsonObject());
            case ARRAY -> write(value.asJsonArray());
            case STRING -> write(((JsonString) value).getString());
            case NUMBER -> write((JsonNumber) value);
            case TRUE -> out.append("true");
            case FALSE -> out.append("false");
            case NULL -> out.append("null");
        }
    }

    private void write(JsonObject object) {
        List<Map.Entry<String, JsonValue>> members =
                object.entrySet().stream().sorted(BY_UTF8_NAME).toList();
        char before = '{';
        for (Map.Entry<String, JsonValue> member : members) {
            out.append(before);
            write(member.getKey());
            out.append(':');
            write(member.getValue());
            before = ',';
        }
        out.append(members.isEmpty() ? "{}" : "}");
    }

    private void write(JsonArray array) {
        char before = '[';
        for (JsonValue element : array) {
            out.append(before);
            write(element);
            before = ',';
        }
        out.append(array.isEmpty() ? "[]" : "]");
    }

    private void write(JsonNumber number) {
        // Scale 0 means written as digits only: 1.0 and 1e3 have other scales.
        if (!number.isIntegral()) {
            throw new MetadataException(
                    MetadataException.Fault.MALFORMED, "a number is not an integer, canonical JSON has no others");
        }
        out.append(number.bigIntegerValueExact());
    }

    private void write(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        out.append('"');
    }
}

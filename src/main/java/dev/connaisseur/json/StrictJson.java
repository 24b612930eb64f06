package dev.connaisseur.json;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonConfig;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParsingException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Reads RFC 8259 JSON with no freedom: valid UTF-8 without a byte order mark, no member name twice in one object, no lone
 * surrogates, one value and nothing after it. Two readers of the same bytes can then never see two things, which is what attacks
 * on signed JSON need.
 */
public final class StrictJson {
    private static final JsonReaderFactory READERS =
            Json.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE));

    private StrictJson() {}

    /**
     * Reads one value within {@link Limits#DEFAULT}.
     *
     * @throws MalformedJsonException for anything else
     */
    public static JsonValue parse(byte[] utf8) {
        return parse(utf8, Limits.DEFAULT);
    }

    /**
     * Reads one value.
     *
     * @throws MalformedJsonException for anything else, or for more than the limits
     */
    public static JsonValue parse(byte[] utf8, Limits limits) {
        if (utf8.length > limits.maxBytes()) {
            throw new MalformedJsonException("the JSON has " + utf8.length + " bytes, more than " + limits.maxBytes());
        }
        String text = decode(utf8);
        TokenScan.check(text, limits);
        // JSON-P stops reading behind a value; as the only element of an array it must be the only thing there is.
        try (JsonReader reader = READERS.createReader(new StringReader("[" + text + "\n]"))) {
            JsonArray one = reader.readArray();
            if (one.size() != 1) {
                throw new MalformedJsonException("the JSON holds " + one.size() + " values instead of one");
            }
            return one.getFirst();
        } catch (JsonParsingException e) {
            throw new MalformedJsonException("not JSON, or a member name is given twice, near line "
                    + e.getLocation().getLineNumber());
        } catch (JsonException e) {
            throw new MalformedJsonException("not JSON, or a member name is given twice");
        }
    }

    /** As {@link #parse(byte[])}, for a document that must be an object. */
    public static JsonObject parseObject(byte[] utf8) {
        return parseObject(utf8, Limits.DEFAULT);
    }

    /** As {@link #parse(byte[], Limits)}, for a document that must be an object. */
    public static JsonObject parseObject(byte[] utf8, Limits limits) {
        if (parse(utf8, limits) instanceof JsonObject object) {
            return object;
        }
        throw new MalformedJsonException("the JSON is not an object");
    }

    private static String decode(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedJsonException("the JSON is not valid UTF-8");
        }
    }
}

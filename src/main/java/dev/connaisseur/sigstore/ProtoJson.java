package dev.connaisseur.sigstore;

import dev.connaisseur.json.Limits;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the JSON form of protocol buffers, in which sigstore's messages are written: 64-bit numbers as texts or numbers, bytes as
 * base64, times as RFC 3339. An absent member, null and the type's zero are the same.
 *
 * @param json the message
 * @param path where it stands, for sentences
 * @see <a href="https://protobuf.dev/programming-guides/json/">ProtoJSON</a>
 */
record ProtoJson(JsonObject json, String path) {
    /** The end of the year 9999. */
    private static final long LAST_SECOND = 253_402_300_799L;

    static ProtoJson parse(byte[] utf8, Limits limits) {
        try {
            return new ProtoJson(StrictJson.parseObject(utf8, limits), "");
        } catch (MalformedJsonException e) {
            throw new MalformedEvidenceException(String.valueOf(e.getMessage()), e);
        }
    }

    boolean has(String name) {
        return value(name).isPresent();
    }

    Optional<ProtoJson> object(String name) {
        return value(name).map(value -> {
            if (value instanceof JsonObject object) {
                return new ProtoJson(object, at(name));
            }
            throw wrong(name, "an object");
        });
    }

    ProtoJson required(String name) {
        return object(name).orElseThrow(() -> missing(name));
    }

    /** The messages of a list, none if it is absent. */
    List<ProtoJson> objects(String name, int most) {
        Optional<JsonValue> value = value(name);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!(value.get() instanceof JsonArray array)) {
            throw wrong(name, "a list");
        }
        if (array.size() > most) {
            throw new MalformedEvidenceException(at(name) + " has " + array.size() + " entries, more than " + most);
        }
        List<ProtoJson> objects = new ArrayList<>();
        for (JsonValue entry : array) {
            if (!(entry instanceof JsonObject object)) {
                throw wrong(name, "a list of objects");
            }
            objects.add(new ProtoJson(object, at(name) + "[" + objects.size() + "]"));
        }
        return objects;
    }

    /** A text, empty if it is absent. */
    String text(String name) {
        Optional<JsonValue> value = value(name);
        if (value.isEmpty()) {
            return "";
        }
        if (value.get() instanceof JsonString text) {
            return text.getString();
        }
        throw wrong(name, "a text");
    }

    String requiredText(String name) {
        String text = text(name);
        if (text.isEmpty()) {
            throw missing(name);
        }
        return text;
    }

    /** Bytes, none if they are absent. */
    Bytes bytes(String name) {
        return Bytes.ofBase64(text(name)).orElseThrow(() -> wrong(name, "canonical base64"));
    }

    Bytes requiredBytes(String name) {
        Bytes bytes = bytes(name);
        if (bytes.length() == 0) {
            throw missing(name);
        }
        return bytes;
    }

    /** A whole number that is not negative, 0 if it is absent. */
    long count(String name) {
        Optional<JsonValue> value = value(name);
        if (value.isEmpty()) {
            return 0;
        }
        String digits = switch (value.get()) {
            case JsonString text -> text.getString();
            case JsonNumber number -> number.toString();
            default -> "";
        };
        if (!digits.matches("0|[1-9][0-9]{0,18}")) {
            throw wrong(name, "a number that is not negative");
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw wrong(name, "a number of 63 bits");
        }
    }

    /** Seconds since 1970, the beginning of it if they are absent. */
    Instant second(String name) {
        long seconds = count(name);
        if (seconds > LAST_SECOND) {
            throw wrong(name, "a time");
        }
        return Instant.ofEpochSecond(seconds);
    }

    Optional<Instant> time(String name) {
        String text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(java.time.OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            throw wrong(name, "a time");
        }
    }

    /** The bytes of a list of base64 texts, none if it is absent. */
    List<Bytes> bytesList(String name, int most) {
        return texts(name, most).stream()
                .map(text -> Bytes.ofBase64(text).orElseThrow(() -> wrong(name, "a list of canonical base64")))
                .toList();
    }

    /** The texts of a list, none if it is absent. */
    List<String> texts(String name, int most) {
        Optional<JsonValue> value = value(name);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!(value.get() instanceof JsonArray array) || array.size() > most) {
            throw wrong(name, "a list of at most " + most + " entries");
        }
        List<String> all = new ArrayList<>();
        for (JsonValue entry : array) {
            if (!(entry instanceof JsonString text)) {
                throw wrong(name, "a list of texts");
            }
            all.add(text.getString());
        }
        return all;
    }

    MalformedEvidenceException wrong(String name, String what) {
        return new MalformedEvidenceException(at(name) + " is not " + what);
    }

    private MalformedEvidenceException missing(String name) {
        return new MalformedEvidenceException(at(name) + " is missing");
    }

    private Optional<JsonValue> value(String name) {
        return Optional.ofNullable(json.get(name)).filter(value -> value.getValueType() != JsonValue.ValueType.NULL);
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}

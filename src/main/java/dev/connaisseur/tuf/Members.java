package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.MALFORMED;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object, each read as exactly one type: a string is never taken for a number nor null for a string. A null
 * list or map counts as an empty one, because Go writes them so.
 */
record Members(JsonObject json) {
    /** An RSA signature of 8192 bits takes 2,048 digits. */
    private static final int LONGEST_HEX = 4096;

    String string(String name) {
        if (json.get(name) instanceof JsonString text) {
            return text.getString();
        }
        throw wrong(name, "a string");
    }

    /** An integer from {@code least} to 2^63 - 1, written as digits only. */
    long integer(String name, long least) {
        if (json.get(name) instanceof JsonNumber number
                && number.isIntegral()
                && number.bigIntegerValueExact().bitLength() < Long.SIZE) {
            long value = number.bigIntegerValueExact().longValueExact();
            if (value < least) {
                throw new MetadataException(MALFORMED, name + " cannot be less than " + least + ", is " + value);
            }
            return value;
        }
        throw wrong(name, "an integer");
    }

    Instant time(String name) {
        try {
            return OffsetDateTime.parse(string(name)).toInstant();
        } catch (DateTimeException e) {
            throw wrong(name, "a time of RFC 3339");
        }
    }

    byte[] base64(String name) {
        try {
            return Base64.getDecoder().decode(string(name));
        } catch (IllegalArgumentException e) {
            throw wrong(name, "base64");
        }
    }

    byte[] hex(String name) {
        String text = string(name);
        if (text.length() % 2 != 0 || text.length() > LONGEST_HEX || !text.matches("[0-9a-f]*")) {
            throw wrong(name, "lower-case hex");
        }
        return HexFormat.of().parseHex(text);
    }

    Members object(String name) {
        @Nullable JsonValue value = json.get(name);
        if (value == null || value.equals(JsonValue.NULL)) {
            return new Members(JsonValue.EMPTY_JSON_OBJECT);
        }
        if (value instanceof JsonObject object) {
            return new Members(object);
        }
        throw wrong(name, "an object");
    }

    List<Members> objects(String name) {
        List<Members> objects = new ArrayList<>();
        for (JsonValue element : array(name)) {
            if (!(element instanceof JsonObject object)) {
                throw wrong(name, "a list of objects");
            }
            objects.add(new Members(object));
        }
        return objects;
    }

    List<String> strings(String name) {
        List<String> strings = new ArrayList<>();
        for (JsonValue element : array(name)) {
            if (!(element instanceof JsonString text)) {
                throw wrong(name, "a list of strings");
            }
            strings.add(text.getString());
        }
        return strings;
    }

    boolean has(String name) {
        return json.containsKey(name);
    }

    private JsonArray array(String name) {
        @Nullable JsonValue value = json.get(name);
        if (value == null || value.equals(JsonValue.NULL)) {
            return JsonValue.EMPTY_JSON_ARRAY;
        }
        if (value instanceof JsonArray array) {
            return array;
        }
        throw wrong(name, "a list");
    }

    private static MetadataException wrong(String name, String expected) {
        return new MetadataException(MALFORMED, "member " + name + " is not " + expected);
    }
}

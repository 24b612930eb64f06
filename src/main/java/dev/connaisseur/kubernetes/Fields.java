package dev.connaisseur.kubernetes;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * A JSON object read as Kubernetes reads it: a member that is absent and one that is {@code null} are the same, a member of
 * another type is an error, a member that nobody asks for does not matter. Names are compared letter by letter.
 */
record Fields(JsonObject json) {
    static final Fields NONE = new Fields(JsonValue.EMPTY_JSON_OBJECT);

    /** A member has another type than Kubernetes defines. */
    static final class WrongTypeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongTypeException(String member, String expected) {
            super("member \"" + member + "\" is not " + expected);
        }
    }

    /** The text of a member, empty where it is absent. */
    String string(String member) {
        return switch (value(member)) {
            case JsonString s -> s.getString();
            case JsonValue v when isNull(v) -> "";
            default -> throw new WrongTypeException(member, "a string");
        };
    }

    boolean bool(String member) {
        return switch (value(member).getValueType()) {
            case TRUE -> true;
            case FALSE, NULL -> false;
            default -> throw new WrongTypeException(member, "a boolean");
        };
    }

    Optional<Fields> object(String member) {
        return switch (value(member)) {
            case JsonObject o -> Optional.of(new Fields(o));
            case JsonValue v when isNull(v) -> Optional.empty();
            default -> throw new WrongTypeException(member, "an object");
        };
    }

    /**
     * The object that a path leads to, empty where it ends early.
     *
     * @param pointer member names that need no escaping, each after a slash; empty for this object
     */
    Optional<Fields> at(String pointer) {
        Optional<Fields> at = Optional.of(this);
        for (String member : pointer.split("/", -1)) {
            at = member.isEmpty() ? at : at.flatMap(f -> f.object(member));
        }
        return at;
    }

    /** The objects of an array; an element {@code null} is an object without members. */
    List<Fields> objects(String member) {
        return switch (value(member)) {
            case JsonArray a -> a.stream().map(e -> element(member, e)).toList();
            case JsonValue v when isNull(v) -> List.of();
            default -> throw new WrongTypeException(member, "an array");
        };
    }

    /** Whatever the member holds, {@link JsonValue#NULL} where it is absent. */
    JsonValue value(String member) {
        return json.getOrDefault(member, JsonValue.NULL);
    }

    static boolean isNull(JsonValue value) {
        return value.getValueType() == JsonValue.ValueType.NULL;
    }

    private static Fields element(String member, JsonValue element) {
        return switch (element) {
            case JsonObject o -> new Fields(o);
            case JsonValue v when isNull(v) -> NONE;
            default -> throw new WrongTypeException(member, "an array of objects");
        };
    }
}

package dev.connaisseur.alert;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.TreeMap;

/** JSON as the original's receivers get it: keys sorted, and nothing in it that a web page could take for markup. */
final class JsonText {
    private JsonText() {}

    /** A text as it stands between the quotes of a JSON string. */
    static String escaped(String text) {
        String quoted = Json.createValue(text).toString();
        return quoted.substring(1, quoted.length() - 1);
    }

    static String of(JsonObject object) {
        return sorted(object)
                .toString()
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    private static JsonValue sorted(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                JsonObjectBuilder builder = Json.createObjectBuilder();
                new TreeMap<>(object).forEach((key, member) -> builder.add(key, sorted(member)));
                yield builder.build();
            }
            case JsonArray array -> {
                JsonArrayBuilder builder = Json.createArrayBuilder();
                array.forEach(item -> builder.add(sorted(item)));
                yield builder.build();
            }
            default -> value;
        };
    }
}

package dev.connaisseur.config;

import dev.connaisseur.config.YamlValue.Mapping;
import dev.connaisseur.config.YamlValue.Scalar;
import dev.connaisseur.config.YamlValue.Sequence;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.util.Locale;

/** A YAML value as JSON. What JSON cannot say, such as hexadecimal numbers and infinity, stays a text. */
final class YamlJson {
    private YamlJson() {}

    static JsonObject of(Mapping mapping) {
        JsonObjectBuilder object = Json.createObjectBuilder();
        mapping.entries().forEach((key, entry) -> object.add(key, value(entry.value())));
        return object.build();
    }

    private static JsonValue value(YamlValue value) {
        return switch (value) {
            case Mapping mapping -> of(mapping);
            case Sequence sequence -> {
                JsonArrayBuilder array = Json.createArrayBuilder();
                sequence.items().forEach(item -> array.add(value(item)));
                yield array.build();
            }
            case Scalar scalar ->
                switch (scalar.kind()) {
                    case NULL -> JsonValue.NULL;
                    case BOOL ->
                        scalar.text().toLowerCase(Locale.ROOT).equals("true") ? JsonValue.TRUE : JsonValue.FALSE;
                    case INT, FLOAT -> number(scalar.text());
                    case STRING -> Json.createValue(scalar.text());
                };
        };
    }

    private static JsonValue number(String text) {
        try {
            return Json.createValue(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return Json.createValue(text);
        }
    }
}

package dev.connaisseur.testing;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What the webhook answered to one review.
 *
 * @param uid the echoed uid
 * @param message the denial's text; empty where there is none
 * @param patch the decoded JSON patch; empty where nothing is changed
 */
public record AdmissionAnswer(String uid, boolean allowed, String message, JsonArray patch, List<String> warnings) {
    public AdmissionAnswer {
        warnings = List.copyOf(warnings);
    }

    /** Reads the review; fails on any status but 200. */
    public static AdmissionAnswer of(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer + ": " + answer.body());
        }
        return ofJson(answer.body());
    }

    /** Reads the review itself. */
    public static AdmissionAnswer ofJson(String review) {
        JsonObject response = read(review).asJsonObject().getJsonObject("response");
        JsonObject status = response.getJsonObject("status");
        JsonArray warnings = response.getJsonArray("warnings");
        return new AdmissionAnswer(
                response.getString("uid"),
                response.getBoolean("allowed"),
                status == null ? "" : status.getString("message"),
                response.containsKey("patch") ? patch(response.getString("patch")) : JsonValue.EMPTY_JSON_ARRAY,
                warnings == null
                        ? List.of()
                        : warnings.getValuesAs(JsonString.class).stream()
                                .map(JsonString::getString)
                                .toList());
    }

    /** The object as the API server would store it. */
    public JsonObject applied(JsonObject object) {
        return Json.createPatch(patch).apply(object);
    }

    /** All container images of the object after the patch, in document order. */
    public List<String> images(JsonObject object) {
        List<String> images = new ArrayList<>();
        collect(applied(object), images);
        return images;
    }

    private static void collect(JsonValue value, List<String> images) {
        if (value instanceof JsonObject object) {
            object.forEach((name, member) -> {
                if (name.equals("image") && member instanceof JsonString text) {
                    images.add(text.getString());
                } else {
                    collect(member, images);
                }
            });
        } else if (value instanceof JsonArray array) {
            array.forEach(element -> collect(element, images));
        }
    }

    private static JsonArray patch(String base64) {
        return read(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8))
                .asJsonArray();
    }

    private static JsonValue read(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            return reader.readValue();
        }
    }
}

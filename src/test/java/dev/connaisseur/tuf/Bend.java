package dev.connaisseur.tuf;

import dev.connaisseur.json.StrictJson;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryRepository;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Small lies for role files. */
final class Bend {
    private Bend() {}

    static Instant before() {
        return Roles.NOW.minusNanos(1);
    }

    static NotaryKey[] many(NotaryKey key, int times) {
        NotaryKey[] keys = new NotaryKey[times];
        Arrays.fill(keys, key);
        return keys;
    }

    static JsonObject text(JsonObject object, String name, String value) {
        return Json.createObjectBuilder(object).add(name, value).build();
    }

    static JsonObject number(JsonObject object, String name, long value) {
        return Json.createObjectBuilder(object).add(name, value).build();
    }

    static JsonObject raw(JsonObject object, String name, String number) {
        return Json.createObjectBuilder(object)
                .add(name, new BigDecimal(number))
                .build();
    }

    static JsonObject without(JsonObject object, String inside, String name) {
        return Json.createObjectBuilder(object)
                .add(
                        inside,
                        Json.createObjectBuilder(object.getJsonObject(inside)).remove(name))
                .build();
    }

    static JsonObject hash(JsonObject entry, String algorithm) {
        return hash(entry, algorithm, new byte[algorithm.equals("sha256") ? 32 : 64]);
    }

    static JsonObject hash(JsonObject entry, String algorithm, byte[] value) {
        return Json.createObjectBuilder(entry)
                .add(
                        "hashes",
                        Json.createObjectBuilder(entry.getJsonObject("hashes"))
                                .add(algorithm, Base64.getEncoder().encodeToString(value)))
                .build();
    }

    static JsonObject delegations(JsonObject signed, JsonValue roles) {
        return Json.createObjectBuilder(signed)
                .add(
                        "delegations",
                        Json.createObjectBuilder(signed.getJsonObject("delegations"))
                                .add("roles", roles))
                .build();
    }

    static JsonObject noRoles(JsonObject signed) {
        return delegations(signed, JsonValue.EMPTY_JSON_ARRAY);
    }

    static JsonObject roleNamed(JsonObject signed, String name) {
        JsonObject role =
                signed.getJsonObject("delegations").getJsonArray("roles").getJsonObject(0);
        return delegations(
                signed, Json.createArrayBuilder().add(text(role, "name", name)).build());
    }

    static JsonObject twice(JsonObject signed) {
        JsonObject role =
                signed.getJsonObject("delegations").getJsonArray("roles").getJsonObject(0);
        return delegations(signed, Json.createArrayBuilder().add(role).add(role).build());
    }

    /** Signs a file again by {@code by}, under the ID of another key. */
    static byte[] renamed(byte[] file, NotaryKey by, NotaryKey idOf) {
        JsonObject signed = StrictJson.parseObject(file).getJsonObject("signed");
        String other = new String(NotaryRepository.sign(signed, List.of(by)), StandardCharsets.UTF_8);
        return other.replace(by.id(), idOf.id()).getBytes(StandardCharsets.UTF_8);
    }
}

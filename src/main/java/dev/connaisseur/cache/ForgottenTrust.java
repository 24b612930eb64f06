package dev.connaisseur.cache;

import dev.connaisseur.json.Limits;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.tuf.Forgotten;
import dev.connaisseur.tuf.RollbackMemory.Repository;
import dev.connaisseur.tuf.SeenRoles;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What operators had all replicas forget, as one entry that they share.
 *
 * @param all in no order
 */
record ForgottenTrust(List<Forgotten> all) {
    static final ForgottenTrust NOTHING = new ForgottenTrust(List.of());
    /** The name of the entry. */
    static final String NAME = "forgotten";
    /** More would not fit into an entry. */
    static final int MOST = 25;

    private static final Limits LIMITS = new Limits(Redis.LONGEST, 4, Redis.LONGEST);

    ForgottenTrust {
        all = List.copyOf(all);
    }

    /** Without what it says already and with it. */
    ForgottenTrust with(Forgotten another) {
        List<Forgotten> more = new ArrayList<>(all);
        more.removeIf(another::covers);
        more.add(another);
        return new ForgottenTrust(more);
    }

    /** What no longer matters is left out: by then everything that it is about has lapsed by itself. */
    ForgottenTrust since(Instant earliest) {
        return new ForgottenTrust(
                all.stream().filter(one -> one.until().isAfter(earliest)).toList());
    }

    /** What still counts of what was seen. What is dated later than {@code now} says nothing yet. */
    SeenRoles left(Repository repository, SeenRoles seen, Instant now) {
        SeenRoles left = seen;
        for (Forgotten one : all) {
            if (one.covers(repository) && !one.until().isAfter(now)) {
                left = left.after(one.until());
            }
        }
        return left;
    }

    byte[] toJson() {
        JsonArrayBuilder list = Json.createArrayBuilder();
        all.forEach(one -> list.add(Json.createObjectBuilder()
                .add("server", one.server())
                .add("name", one.name())
                .add("until", one.until().toString())));
        return Json.createObjectBuilder()
                .add("forgotten", list)
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Reads an entry; empty for anything that is none. */
    static Optional<ForgottenTrust> parse(byte[] utf8) {
        try {
            JsonObject json = StrictJson.parseObject(utf8, LIMITS);
            return Optional.of(
                    new ForgottenTrust(json
                            .getOrDefault("forgotten", JsonValue.EMPTY_JSON_ARRAY)
                            .asJsonArray()
                            .getValuesAs(JsonObject.class)
                            .stream()
                            .map(ForgottenTrust::one)
                            .toList()));
        } catch (MalformedJsonException | ClassCastException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Forgotten one(JsonObject json) {
        return new Forgotten(text(json, "server"), text(json, "name"), Instant.parse(text(json, "until")));
    }

    /** Of a member that must be there: an empty one would mean everything. */
    private static String text(JsonObject json, String name) {
        if (!(json.get(name) instanceof JsonString text)) {
            throw new IllegalArgumentException("no " + name);
        }
        return text.getString();
    }
}

package dev.connaisseur.cache;

import dev.connaisseur.cache.Judgement.Refused;
import dev.connaisseur.cache.Judgement.Signed;
import dev.connaisseur.image.Digest;
import dev.connaisseur.json.Limits;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.Verdict;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A judgement as replicas exchange it.
 *
 * @param at when it was reached
 */
record Entry(Judgement judgement, Instant at) {
    private static final Set<String> SIGNED = Set.of("at", "digest", "signers", "warnings");
    private static final Set<String> REFUSED = Set.of("at", "reason", "message");
    private static final Limits LIMITS = new Limits(Redis.LONGEST, 3, Redis.LONGEST);

    byte[] toJson() {
        JsonObjectBuilder json = Json.createObjectBuilder().add("at", at.toEpochMilli());
        switch (judgement) {
            case Signed signed ->
                json.add("digest", signed.verdict().digest().toString())
                        .add("signers", array(signed.verdict().signers()))
                        .add("warnings", array(signed.verdict().warnings()));
            case Refused refused -> json.add("reason", refused.reason().name()).add("message", refused.message());
        }
        return json.build().toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads an entry; empty for anything that is none. */
    static Optional<Entry> parse(byte[] utf8) {
        try {
            JsonObject json = StrictJson.parseObject(utf8, LIMITS);
            if (!json.keySet().equals(SIGNED) && !json.keySet().equals(REFUSED)) {
                return Optional.empty();
            }
            Instant at = Instant.ofEpochMilli(json.getJsonNumber("at").longValueExact());
            Optional<Judgement> judgement = json.containsKey("digest") ? signed(json) : Optional.of(refused(json));
            return judgement.filter(found -> !found.undecided()).map(found -> new Entry(found, at));
        } catch (MalformedJsonException | ClassCastException | ArithmeticException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Judgement> signed(JsonObject json) {
        return Digest.parse(json.getString("digest"))
                .map(digest -> new Signed(new Verdict.Signed(digest, texts(json, "signers"), texts(json, "warnings"))));
    }

    private static Judgement refused(JsonObject json) {
        return new Refused(Reason.valueOf(json.getString("reason")), json.getString("message"));
    }

    private static JsonArrayBuilder array(List<String> texts) {
        return Json.createArrayBuilder(texts);
    }

    private static List<String> texts(JsonObject json, String name) {
        return json.getJsonArray(name).getValuesAs(JsonString.class).stream()
                .map(JsonString::getString)
                .toList();
    }
}

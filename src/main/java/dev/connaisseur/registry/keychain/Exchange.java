package dev.connaisseur.registry.keychain;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.json.Limits;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Requests of one look-up for credentials, inside its deadline, with small answers. */
final class Exchange {
    private static final int MAX_ANSWER = 64 << 10;
    private static final Limits LIMITS = new Limits(MAX_ANSWER, 16, MAX_ANSWER);

    private final Fetch fetch;
    private final Deadline deadline;

    /** How requests are sent: through the retries of the registry room. */
    @FunctionalInterface
    interface Fetch {
        HttpAnswer fetch(HttpCall call, Deadline deadline);
    }

    Exchange(Fetch fetch, Deadline deadline) {
        this.fetch = fetch;
        this.deadline = deadline;
    }

    /** The body of an answer with status 200. */
    byte[] bytes(HttpCall call) {
        HttpAnswer answer = fetch.fetch(call.limit(MAX_ANSWER), deadline);
        if (answer.status() != 200) {
            throw new FinalException(
                    Kind.UNAUTHORIZED,
                    call.host(),
                    call.host() + " gave no credentials (status " + answer.status() + ")");
        }
        return answer.body();
    }

    /** The same, which must be a JSON object. */
    JsonObject json(HttpCall call) {
        try {
            return StrictJson.parseObject(bytes(call), LIMITS);
        } catch (MalformedJsonException e) {
            throw new FinalException(
                    Kind.MALFORMED, call.host(), call.host() + " gave credentials that cannot be read", e);
        }
    }

    static String text(JsonObject json, String member, HttpCall call) {
        if (json.get(member) instanceof JsonString text && !text.getString().isEmpty()) {
            return text.getString();
        }
        throw new FinalException(Kind.MALFORMED, call.host(), call.host() + " gave no " + member);
    }

    /** A number, which some servers write as a text. */
    static Optional<Long> number(JsonObject json, String member) {
        return switch (json.get(member)) {
            case JsonNumber number when number.isIntegral() -> Optional.of(number.longValue());
            case JsonString text
            when text.getString().matches("[0-9]{1,12}") -> Optional.of(Long.parseLong(text.getString()));
            case null, default -> Optional.empty();
        };
    }

    static byte[] form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

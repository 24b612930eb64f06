package dev.connaisseur.cloud;

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

/** Requests of one look-up at a platform, inside its deadline, with small answers. */
public final class Exchange {
    private static final int MAX_ANSWER = 64 << 10;
    private static final Limits LIMITS = new Limits(MAX_ANSWER, 16, MAX_ANSWER);

    private final Fetch fetch;
    private final Deadline deadline;

    /** How requests are sent: through the retries of the room that asks. */
    @FunctionalInterface
    public interface Fetch {
        HttpAnswer fetch(HttpCall call, Deadline deadline);
    }

    public Exchange(Fetch fetch, Deadline deadline) {
        this.fetch = fetch;
        this.deadline = deadline;
    }

    /** What is left for the whole look-up. */
    public Deadline deadline() {
        return deadline;
    }

    /** An answer of any status. */
    public HttpAnswer answer(HttpCall call) {
        return fetch.fetch(call.limit(MAX_ANSWER), deadline);
    }

    /** The body of an answer with status 200: credentials. */
    public byte[] bytes(HttpCall call) {
        HttpAnswer answer = answer(call);
        if (answer.status() != 200) {
            throw new FinalException(
                    Kind.UNAUTHORIZED,
                    call.host(),
                    call.host() + " gave no credentials (status " + answer.status() + ")");
        }
        return answer.body();
    }

    /** The same, which must be a JSON object. */
    public JsonObject json(HttpCall call) {
        return object(bytes(call), call, "credentials");
    }

    /**
     * A body as an object.
     *
     * @param what it should hold, for the message
     */
    public static JsonObject object(byte[] body, HttpCall call, String what) {
        try {
            return StrictJson.parseObject(body, LIMITS);
        } catch (MalformedJsonException e) {
            throw new FinalException(
                    Kind.MALFORMED, call.host(), call.host() + " gave " + what + " that cannot be read", e);
        }
    }

    /** A member that must be there and not empty. */
    public static String text(JsonObject json, String member, HttpCall call) {
        if (json.get(member) instanceof JsonString text && !text.getString().isEmpty()) {
            return text.getString();
        }
        throw new FinalException(Kind.MALFORMED, call.host(), call.host() + " gave no " + member);
    }

    /** A number, which some servers write as a text. */
    public static Optional<Long> number(JsonObject json, String member) {
        return switch (json.get(member)) {
            case JsonNumber number when number.isIntegral() -> Optional.of(number.longValue());
            case JsonString text
            when text.getString().matches("[0-9]{1,12}") -> Optional.of(Long.parseLong(text.getString()));
            case null, default -> Optional.empty();
        };
    }

    /** Fields as a browser would post them. */
    public static byte[] form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

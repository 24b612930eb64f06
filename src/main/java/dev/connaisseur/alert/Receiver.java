package dev.connaisseur.alert;

import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.json.StrictJson;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Somebody who wants to know. The address and the headers hold secrets and are never printed. */
final class Receiver {
    private static final int ANSWER_LIMIT = 64 << 10;

    private final String name;
    private final Optional<URI> url;
    private final Map<String, String> headers;
    private final int priority;
    private final Optional<AlertTemplate> template;
    private final JsonObject payloadFields;
    private final boolean failIfSendingFails;

    Receiver(
            String name,
            Optional<URI> url,
            Map<String, String> headers,
            int priority,
            Optional<AlertTemplate> template,
            JsonObject payloadFields,
            boolean failIfSendingFails) {
        this.name = name;
        this.url = url;
        this.headers = Map.copyOf(headers);
        this.priority = priority;
        this.template = template;
        this.payloadFields = payloadFields;
        this.failIfSendingFails = failIfSendingFails;
    }

    String name() {
        return name;
    }

    int priority() {
        return priority;
    }

    /** Whether a request is refused that this receiver cannot be told about. */
    boolean mustBeTold() {
        return failIfSendingFails;
    }

    /**
     * The request that tells it; empty where its template says nothing.
     *
     * @throws AlertException if the configuration of the receiver was found wrong when it was read
     */
    Optional<HttpCall> call(Function<Placeholder, String> values) {
        if (url.isEmpty() || template.isEmpty()) {
            throw new AlertException(
                    "failed to send notification for receiver " + name + ": its configuration is unusable");
        }
        if (template.get().isBlank()) {
            return Optional.empty();
        }
        HttpCall call = HttpCall.post(
                        url.get(), Purpose.CONFIGURED, "application/json", payload(template.get(), values))
                .limit(ANSWER_LIMIT);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            call = call.header(header.getKey(), header.getValue());
        }
        return Optional.of(call);
    }

    private byte[] payload(AlertTemplate filled, Function<Placeholder, String> values) {
        JsonObject rendered = StrictJson.parseObject(filled.render(values).getBytes(StandardCharsets.UTF_8));
        JsonObjectBuilder payload = Json.createObjectBuilder(rendered);
        payloadFields.forEach(payload::add);
        return JsonText.of(payload.build()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "Receiver[" + name + "]";
    }
}

package dev.connaisseur.registry;

import dev.connaisseur.config.Login;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.json.Limits;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * One question to a token server and its answer.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">token authentication</a>
 * @see <a href="https://distribution.github.io/distribution/spec/auth/oauth/">OAuth 2 token authentication</a>
 */
record TokenRequest(URI realm, String service, String scope) {
    private static final String CLIENT = "connaisseur";
    private static final int MAX_ANSWER = 64 << 10;
    private static final int MAX_TOKEN = 16 << 10;
    private static final Limits LIMITS = new Limits(MAX_ANSWER, 8, MAX_ANSWER);
    private static final long DEFAULT_SECONDS = 60;
    private static final long MAX_SECONDS = 3600;

    /**
     * An access token.
     *
     * @param seconds how long it is good for
     */
    record Token(String value, long seconds) {
        @Override
        public String toString() {
            return "token";
        }
    }

    /** By OAuth 2 where the login is an identity token, else by GET, with basic authentication if there is a login. */
    HttpCall call(Optional<Login> login, Purpose purpose, TlsTrust trust) {
        Optional<String> refresh = login.map(Login::identityToken).filter(token -> !token.isEmpty());
        HttpCall call;
        if (refresh.isPresent()) {
            String form = "grant_type=refresh_token&client_id=" + CLIENT + "&refresh_token=" + encoded(refresh.get())
                    + "&" + query();
            call = HttpCall.post(
                    realm, purpose, "application/x-www-form-urlencoded", form.getBytes(StandardCharsets.US_ASCII));
        } else {
            String separator = realm.getRawQuery() == null ? "?" : "&";
            call = HttpCall.get(URI.create(realm + separator + query()), purpose);
            if (login.isPresent()) {
                call = call.header("Authorization", basic(login.get()));
            }
        }
        return call.trust(trust).limit(MAX_ANSWER).header("Accept", "application/json");
    }

    private String query() {
        return (service.isEmpty() ? "" : "service=" + encoded(service) + "&") + "scope=" + encoded(scope);
    }

    /** RFC 7617. */
    static String basic(Login login) {
        String pair = login.username() + ":" + login.password();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** Empty where the answer holds no token that could be sent. */
    static Optional<Token> read(HttpAnswer answer) {
        try {
            JsonObject json = StrictJson.parseObject(answer.body(), LIMITS);
            Optional<String> token = text(json, "token").or(() -> text(json, "access_token"));
            long seconds = json.get("expires_in") instanceof JsonNumber number && number.isIntegral()
                    ? number.longValue()
                    : DEFAULT_SECONDS;
            return token.filter(TokenRequest::sendable)
                    .map(value -> new Token(value, seconds <= 0 ? DEFAULT_SECONDS : Math.min(seconds, MAX_SECONDS)));
        } catch (MalformedJsonException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(JsonObject json, String member) {
        return json.get(member) instanceof JsonString text && !text.getString().isEmpty()
                ? Optional.of(text.getString())
                : Optional.empty();
    }

    private static boolean sendable(String token) {
        return token.length() <= MAX_TOKEN && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

package dev.connaisseur.testing;

import com.sun.net.httpserver.HttpExchange;
import jakarta.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How a test registry wants to be asked. */
public final class RegistryAuth {
    private enum Scheme {
        NONE,
        BASIC,
        BEARER
    }

    private final Scheme scheme;
    private final @Nullable String user;
    private final @Nullable String password;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final Set<String> expired = ConcurrentHashMap.newKeySet();

    private RegistryAuth(Scheme scheme, @Nullable String user, @Nullable String password) {
        this.scheme = scheme;
        this.user = user;
        this.password = password;
    }

    public static RegistryAuth none() {
        return new RegistryAuth(Scheme.NONE, null, null);
    }

    public static RegistryAuth basic(String user, String password) {
        return new RegistryAuth(Scheme.BASIC, user, password);
    }

    /** A token end point at {@code /token} that gives a pull token for user and password only. */
    public static RegistryAuth bearer(String user, String password) {
        return new RegistryAuth(Scheme.BEARER, user, password);
    }

    /** A token end point at {@code /token} that gives a pull token to everybody, as Docker Hub does. */
    public static RegistryAuth anonymousBearer() {
        return new RegistryAuth(Scheme.BEARER, null, null);
    }

    /** Every token given so far is refused from now on. */
    public void expireTokens() {
        expired.addAll(tokens.keySet());
    }

    /** The 401 that a request for {@code repository} gets; empty where it may pass. */
    Optional<Answer> challenge(HttpExchange exchange, String repository, String base) {
        String sent = exchange.getRequestHeaders().getFirst("Authorization");
        return switch (scheme) {
            case NONE -> Optional.empty();
            case BASIC -> userKnown(sent) ? Optional.empty() : Optional.of(unauthorized("Basic realm=\"test\""));
            case BEARER -> {
                String scope = "repository:" + repository + ":pull";
                yield tokenKnown(sent, scope)
                        ? Optional.empty()
                        : Optional.of(unauthorized("Bearer realm=\"" + base + "/token\",service=\"" + "test-service"
                                + "\",scope=\"" + scope + "\""));
            }
        };
    }

    /** The token end point. */
    Answer token(HttpExchange exchange, String scope) {
        if (user != null && !userKnown(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return unauthorized("Basic realm=\"test\"");
        }
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        tokens.put(token, scope);
        return Answer.of(
                200,
                Json.createObjectBuilder()
                        .add("token", token)
                        .add("expires_in", 300)
                        .build()
                        .toString());
    }

    private static Answer unauthorized(String challenge) {
        return Answer.of(401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}").with("WWW-Authenticate", challenge);
    }

    private boolean userKnown(@Nullable String header) {
        String expected = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return header != null && header.equals("Basic " + expected);
    }

    private boolean tokenKnown(@Nullable String header, String scope) {
        if (header == null || !header.startsWith("Bearer ")) {
            return false;
        }
        String token = header.substring("Bearer ".length());
        return scope.equals(tokens.get(token)) && !expired.contains(token);
    }
}

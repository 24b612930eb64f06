package dev.connaisseur.cloud;

import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens for this process at Google: by the service account whose key file {@code GOOGLE_APPLICATION_CREDENTIALS} names, or else by
 * the metadata server, which answers for the machine or, under workload identity, for the service account of the Pod.
 *
 * @see <a href="https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity">workload identity</a>
 */
public record GoogleIdentity(Surroundings surroundings) {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String FILE = "GOOGLE_APPLICATION_CREDENTIALS";
    private static final String PATH = "/computeMetadata/v1/instance/service-accounts/default/token";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /**
     * A token, and how long it is good for.
     */
    public record Token(String value, Duration lifetime) {
        @Override
        public String toString() {
            return "Token[hidden]";
        }
    }

    /** An access token for Google's services. */
    public Token token(Exchange exchange) {
        Optional<String> file = surroundings.file(FILE);
        HttpCall call = file.map(this::byAssertion).orElseGet(this::byMetadata);
        JsonObject json = exchange.json(call);
        long seconds = Exchange.number(json, "expires_in").orElse(300L);
        return new Token(Exchange.text(json, "access_token", call), Duration.ofSeconds(seconds));
    }

    private HttpCall byMetadata() {
        String host = surroundings.variable("GCE_METADATA_HOST").orElse("169.254.169.254");
        return HttpCall.get(URI.create("http://" + host + PATH), Purpose.FEATURE)
                .header("Metadata-Flavor", "Google");
    }

    private HttpCall byAssertion(String file) {
        JsonObject account = parse(file);
        String type = member(account, "type");
        if (!type.equals("service_account")) {
            throw unusable("is of type " + type + ", only service_account is understood");
        }
        String address = member(account, "token_uri");
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("grant_type", GRANT);
        fields.put(
                "assertion",
                new GoogleAssertion(
                                member(account, "client_email"),
                                member(account, "private_key_id"),
                                member(account, "private_key"),
                                address)
                        .signed(surroundings.clock().instant()));
        return HttpCall.post(uri(address), Purpose.FEATURE, FORM, Exchange.form(fields));
    }

    private static JsonObject parse(String file) {
        try {
            return StrictJson.parseObject(file.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException e) {
            throw new FinalException(Kind.MALFORMED, FILE, "the file that " + FILE + " names is no JSON object", e);
        }
    }

    private static URI uri(String address) {
        try {
            return new URI(address);
        } catch (URISyntaxException e) {
            throw new FinalException(Kind.MALFORMED, FILE, "the file that " + FILE + " names has no token_uri", e);
        }
    }

    private static String member(JsonObject account, String name) {
        if (account.get(name) instanceof JsonString text && !text.getString().isEmpty()) {
            return text.getString();
        }
        throw unusable("has no " + name);
    }

    static FinalException unusable(String why) {
        return new FinalException(Kind.MALFORMED, FILE, "the file that " + FILE + " names " + why);
    }
}

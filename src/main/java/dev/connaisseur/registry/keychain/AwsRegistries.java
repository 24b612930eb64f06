package dev.connaisseur.registry.keychain;

import dev.connaisseur.cloud.AwsIdentity;
import dev.connaisseur.cloud.AwsKeys;
import dev.connaisseur.cloud.AwsSignature;
import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.config.Login;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.Purpose;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Amazon's private and public registries.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html">GetAuthorizationToken</a>
 */
record AwsRegistries(Surroundings surroundings) implements Provider {
    private static final Pattern PRIVATE =
            Pattern.compile("([0-9]{12})\\.dkr\\.ecr(-fips)?\\.([a-z0-9-]{1,32})\\.amazonaws\\.com(\\.cn)?");
    private static final String PUBLIC = "public.ecr.aws";
    private static final String CONTENT = "application/x-amz-json-1.1";

    @Override
    public boolean covers(String registry) {
        return registry.equals(PUBLIC) || PRIVATE.matcher(registry).matches();
    }

    @Override
    public Optional<Loan> login(String registry, Exchange exchange) {
        Matcher account = PRIVATE.matcher(registry);
        return Optional.of(
                account.matches()
                        ? token(
                                account.group(3),
                                "ecr",
                                "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
                                "{\"registryIds\":[\"" + account.group(1) + "\"]}",
                                exchange)
                        : token(
                                "us-east-1",
                                "ecr-public",
                                "SpencerFrontendService.GetAuthorizationToken",
                                "{}",
                                exchange));
    }

    private Loan token(String region, String service, String target, String body, Exchange exchange) {
        AwsKeys keys = new AwsIdentity(surroundings).keys(region, exchange);
        String variable = service.equals("ecr") ? "AWS_ENDPOINT_URL_ECR" : "AWS_ENDPOINT_URL_ECR_PUBLIC";
        URI address = surroundings.endpoint(
                variable, "https://api." + service + "." + region + "." + AwsIdentity.domain(region));
        Instant now = surroundings.clock().instant();
        HttpCall call = HttpCall.post(
                        URI.create(address + "/"), Purpose.FEATURE, CONTENT, body.getBytes(StandardCharsets.UTF_8))
                .header("X-Amz-Target", target);
        JsonObject data = data(exchange.json(new AwsSignature(region, service, now).signed(call, keys)), call);
        Duration lifetime = Exchange.number(data, "expiresAt")
                .map(end -> Duration.between(now, Instant.ofEpochSecond(end)))
                .orElse(Duration.ofHours(1));
        return new Loan(login(Exchange.text(data, "authorizationToken", call), call), lifetime);
    }

    private static JsonObject data(JsonObject answer, HttpCall call) {
        JsonValue data = answer.get("authorizationData");
        if (data instanceof JsonArray list && !list.isEmpty()) {
            data = list.getFirst();
        }
        if (data instanceof JsonObject object) {
            return object;
        }
        throw new FinalException(Kind.MALFORMED, call.host(), call.host() + " gave no authorizationData");
    }

    private static Login login(String base64, HttpCall call) {
        try {
            String pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                return new Login(pair.substring(0, colon), pair.substring(colon + 1), "");
            }
        } catch (IllegalArgumentException e) {
            throw new FinalException(Kind.MALFORMED, call.host(), call.host() + " gave a token that cannot be read", e);
        }
        throw new FinalException(Kind.MALFORMED, call.host(), call.host() + " gave a token that cannot be read");
    }
}

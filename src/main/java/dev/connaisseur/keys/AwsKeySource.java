package dev.connaisseur.keys;

import dev.connaisseur.cloud.AwsIdentity;
import dev.connaisseur.cloud.AwsKeys;
import dev.connaisseur.cloud.AwsSignature;
import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.trust.KeyReference;
import dev.connaisseur.trust.PublicKeys;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Base64;

/**
 * A key of Amazon's key management.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html">GetPublicKey</a>
 */
record AwsKeySource(KeyReference.Aws reference, Surroundings surroundings) implements KeySource {
    private static final String CONTENT = "application/x-amz-json-1.1";

    @Override
    public PublicKey fetch(Exchange exchange) {
        AwsIdentity identity = new AwsIdentity(surroundings);
        String region = reference.region().isEmpty() ? identity.region(exchange) : reference.region();
        if (!region.matches("[a-z0-9-]{1,32}")) {
            throw new FinalException(Kind.MALFORMED, "AWS", "the region of this process at AWS has no usable name");
        }
        AwsKeys keys = identity.keys(region, exchange);
        String body =
                Json.createObjectBuilder().add("KeyId", reference.key()).build().toString();
        HttpCall call = HttpCall.post(address(region), purpose(), CONTENT, body.getBytes(StandardCharsets.UTF_8))
                .header("X-Amz-Target", "TrentService.GetPublicKey");
        HttpCall signed = new AwsSignature(region, "kms", surroundings.clock().instant()).signed(call, keys);
        HttpAnswer answer = exchange.answer(signed);
        if (answer.status() != 200) {
            throw refused(answer, call);
        }
        JsonObject key = Exchange.object(answer.body(), call, "a key");
        if (!Exchange.text(key, "KeyUsage", call).equals("SIGN_VERIFY")) {
            throw new FinalException(Kind.MALFORMED, call.host(), call.host() + " gave a key that is not for signing");
        }
        return PublicKeys.parseSpki(decoded(Exchange.text(key, "PublicKey", call), call));
    }

    private URI address(String region) {
        if (!reference.endpoint().isEmpty()) {
            return URI.create("https://" + reference.endpoint() + "/");
        }
        URI usual = surroundings.endpoint(
                "AWS_ENDPOINT_URL_KMS", "https://kms." + region + "." + AwsIdentity.domain(region));
        return URI.create(usual + "/");
    }

    private Purpose purpose() {
        return reference.endpoint().isEmpty() ? Purpose.FEATURE : Purpose.CONFIGURED;
    }

    /** Amazon says no with status 400, and why in the body; too many requests are no answer at all. */
    private static FinalException refused(HttpAnswer answer, HttpCall call) {
        String type = answer.status() == 400
                ? Exchange.object(answer.body(), call, "a reason").getString("__type", "")
                : "";
        String name = type.substring(type.indexOf('#') + 1);
        if (!name.matches("[A-Za-z]{1,60}")) {
            return KeySource.refused(call, answer.status(), "");
        }
        int status = switch (name) {
            case "ThrottlingException", "KMSInternalException", "DependencyTimeoutException" -> 503;
            case "NotFoundException" -> 404;
            default -> answer.status();
        };
        return KeySource.refused(call, status, name);
    }

    static byte[] decoded(String base64, HttpCall call) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new FinalException(Kind.MALFORMED, call.host(), call.host() + " gave a key that cannot be read", e);
        }
    }
}

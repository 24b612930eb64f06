package dev.connaisseur.keys;

import dev.connaisseur.cloud.EntraIdentity;
import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.trust.KeyReference;
import jakarta.json.JsonObject;
import java.net.URI;
import java.security.PublicKey;

/**
 * A key of an Azure key vault or managed HSM.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/keyvault/keys/get-key/get-key">Get Key</a>
 */
record AzureKeySource(KeyReference.Azure reference, Surroundings surroundings) implements KeySource {
    @Override
    public PublicKey fetch(Exchange exchange) {
        String host = reference.host();
        // The service is what stands behind the vault's own name.
        String token =
                new EntraIdentity(surroundings).token("https://" + host.substring(host.indexOf('.') + 1), exchange);
        String path = "/keys/" + reference.name() + "/" + reference.version() + "?api-version=7.4";
        HttpCall call = HttpCall.get(URI.create("https://" + host + path), Purpose.FEATURE)
                .header("Authorization", "Bearer " + token);
        JsonObject answer = Exchange.object(KeySource.body(call, exchange), call, "a key");
        if (answer.get("attributes") instanceof JsonObject attributes && !attributes.getBoolean("enabled", true)) {
            throw new FinalException(Kind.UNAUTHORIZED, call.host(), call.host() + " gave a key that is disabled");
        }
        if (answer.get("key") instanceof JsonObject key) {
            return JsonWebKey.read(key);
        }
        throw new FinalException(Kind.MALFORMED, call.host(), call.host() + " gave no key");
    }
}

package dev.connaisseur.keys;

import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.trust.KeyReference;
import dev.connaisseur.trust.PublicKeys;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.security.PublicKey;
import java.util.HexFormat;

/**
 * The newest version of a key of Vault's transit engine.
 *
 * @see <a href="https://developer.hashicorp.com/vault/api-docs/secret/transit#read-key">Read Key</a>
 */
record VaultKeySource(KeyReference.Vault reference, Surroundings surroundings) implements KeySource {
    /** What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo. */
    private static final String ED25519 = "302a300506032b6570032100";

    @Override
    public PublicKey fetch(Exchange exchange) {
        VaultServer server = VaultServer.of(surroundings);
        String engine = surroundings.variable("TRANSIT_SECRET_ENGINE_PATH").orElse("transit");
        HttpCall call = server.get("/v1/" + VaultServer.path(engine) + "/keys/" + reference.name())
                .header("X-Vault-Token", server.token(exchange));
        JsonObject answer = Exchange.object(KeySource.body(call, exchange), call, "a key");
        if (answer.get("data") instanceof JsonObject data
                && data.get("keys") instanceof JsonObject versions
                && data.get("latest_version") instanceof JsonNumber latest
                && versions.get(latest.toString()) instanceof JsonObject newest) {
            String text = Exchange.text(newest, "public_key", call);
            return newest.getString("name", "").equals("ed25519") ? ed25519(text, call) : PublicKeys.parsePem(text);
        }
        throw new FinalException(
                Kind.MALFORMED, call.host(), call.host() + " gave no public key: is " + reference.name() + " one?");
    }

    private static PublicKey ed25519(String base64, HttpCall call) {
        String raw = HexFormat.of().formatHex(AwsKeySource.decoded(base64, call));
        return PublicKeys.parseSpki(HexFormat.of().parseHex(ED25519 + raw));
    }
}

package dev.connaisseur.keys;

import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.cloud.GoogleIdentity;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.trust.KeyReference;
import dev.connaisseur.trust.PublicKeys;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.net.URI;
import java.security.PublicKey;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key of Google's key management. Such keys have no primary version: without one in the reference, the newest that is enabled counts.
 *
 * @see <a href="https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys.cryptoKeyVersions/getPublicKey">getPublicKey</a>
 */
record GoogleKeySource(KeyReference.Google reference, Surroundings surroundings) implements KeySource {
    private static final String SERVICE = "https://cloudkms.googleapis.com/v1/";
    private static final String VERSIONS = "/cryptoKeyVersions";
    private static final String LIST =
            "?filter=state%3DENABLED&pageSize=200&fields=cryptoKeyVersions(name,state),nextPageToken";
    private static final Pattern NUMBER = Pattern.compile(".*/cryptoKeyVersions/([0-9]{1,12})");

    @Override
    public PublicKey fetch(Exchange exchange) {
        String token = new GoogleIdentity(surroundings).token(exchange).value();
        String version = reference.version().isEmpty() ? newest(token, exchange) : reference.version();
        String name = reference.key() + VERSIONS + "/" + version;
        HttpCall call = call(name + "/publicKey", token);
        JsonObject answer = Exchange.object(KeySource.body(call, exchange), call, "a key");
        if (!Exchange.text(answer, "name", call).equals(name)) {
            throw new FinalException(Kind.MALFORMED, call.host(), call.host() + " gave another key than " + name);
        }
        return PublicKeys.parsePem(Exchange.text(answer, "pem", call));
    }

    private String newest(String token, Exchange exchange) {
        HttpCall call = call(reference.key() + VERSIONS + LIST, token);
        JsonObject answer = Exchange.object(KeySource.body(call, exchange), call, "versions");
        if (!answer.getString("nextPageToken", "").isEmpty()
                || !(answer.get("cryptoKeyVersions") instanceof JsonArray all)) {
            throw new FinalException(
                    Kind.NOT_FOUND,
                    call.host(),
                    call.host() + " lists no enabled version of the key, or more than 200: name one");
        }
        return all.stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(version -> version.getString("state", "").equals("ENABLED"))
                .map(version -> NUMBER.matcher(version.getString("name", "")))
                .filter(Matcher::matches)
                .map(number -> Long.parseLong(number.group(1)))
                .max(Comparator.naturalOrder())
                .map(String::valueOf)
                .orElseThrow(() -> new FinalException(
                        Kind.NOT_FOUND, call.host(), call.host() + " lists no enabled version of the key"));
    }

    private static HttpCall call(String path, String token) {
        return HttpCall.get(URI.create(SERVICE + path), Purpose.FEATURE).header("Authorization", "Bearer " + token);
    }
}

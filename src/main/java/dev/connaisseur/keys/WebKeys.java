package dev.connaisseur.keys;

import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.trust.KeyReference;
import dev.connaisseur.trust.PublicKeys;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;

/** Keys that a web server hands out. Redirects are not followed. */
final class WebKeys {
    private WebKeys() {}

    static PublicKey fetch(KeyReference.Web reference, Exchange exchange) {
        HttpCall call = HttpCall.get(URI.create(reference.text()), Purpose.CONFIGURED);
        return PublicKeys.parsePem(new String(KeySource.body(call, exchange), StandardCharsets.UTF_8));
    }
}

package dev.connaisseur.keys;

import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException.Kind;
import java.security.PublicKey;

/** Fetches one key. */
@FunctionalInterface
interface KeySource {
    /**
     * Asks for the key as it is now.
     *
     * @throws dev.connaisseur.http.LookupException if no key was to be had
     * @throws dev.connaisseur.trust.UnusableKeyException if what was had is no key that we accept
     */
    PublicKey fetch(Exchange exchange);

    /** The body of an answer with status 200. Whoever says no is believed: the key that was held until then is forgotten. */
    static byte[] body(HttpCall call, Exchange exchange) {
        HttpAnswer answer = exchange.answer(call);
        if (answer.status() == 200) {
            return answer.body();
        }
        throw refused(call, answer.status(), "");
    }

    /** What a status other than 200 means. */
    static FinalException refused(HttpCall call, int status, String said) {
        Kind kind = switch (status) {
            case 404, 410 -> Kind.NOT_FOUND;
            default -> status >= 400 && status < 500 ? Kind.UNAUTHORIZED : Kind.STATUS;
        };
        String more = said.isEmpty() ? "" : ", " + said;
        return new FinalException(kind, call.host(), call.host() + " gave no key (status " + status + more + ")");
    }
}

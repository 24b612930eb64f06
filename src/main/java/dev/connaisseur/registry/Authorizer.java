package dev.connaisseur.registry;

import dev.connaisseur.config.Login;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HostPort;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.registry.keychain.Keychains;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers a registry's challenges for one repository, by basic authentication or the token flow. A login goes to the registry itself
 * and to a token realm that is its own or whose host the operator lists in {@code auth}; any other realm is asked without.
 */
final class Authorizer {
    private static final int MAX_PARAMETER = 2048;
    private static final int MAX_TOKEN_CALLS = 3;
    private static final long BASIC_SECONDS = 600;

    private final RegistryClient client;
    private final RegistryHost registry;
    private final String repository;
    private final TokenCache.Place place;
    private final AtomicInteger tokenCalls = new AtomicInteger(MAX_TOKEN_CALLS);
    /** A token server that was asked without the login that is there. */
    private volatile Optional<URI> withheldFrom = Optional.empty();

    Authorizer(RegistryClient client, RegistryHost registry, String repository) {
        this.client = client;
        this.registry = registry;
        this.repository = repository;
        this.place = new TokenCache.Place(
                registry.name(),
                repository,
                registry.takesLogins() ? client.login(registry.name(), repository) : Optional.empty(),
                registry.takesLogins() && client.hasKeychain());
    }

    /** What to send with the first try; empty where nothing is known yet. */
    Optional<String> remembered() {
        return client.tokens().lastUsed(place);
    }

    /**
     * What to send after a 401.
     *
     * @param refused what was sent and not accepted; it is forgotten
     * @throws FinalException of kind {@code UNAUTHORIZED} if there is nothing else to try
     */
    String renewed(HttpAnswer unauthorized, Optional<String> refused, Deadline deadline) {
        refused.ifPresent(client.tokens()::forget);
        Keychains.Found keychain = place.keychain()
                ? client.fromKeychain(registry.name(), repository, deadline)
                : new Keychains.Found(Optional.empty(), Optional.empty());
        Optional<Login> login = place.login().or(keychain::login);
        List<Challenge> challenges = Challenge.parse(unauthorized.headers("WWW-Authenticate"));
        Optional<Challenge> bearer = challenges.stream()
                .filter(challenge -> challenge.scheme().equals("bearer")
                        && challenge.parameter("realm").isPresent())
                .findFirst();
        if (bearer.isPresent()) {
            return bearer(bearer.get(), login, deadline);
        }
        boolean basic =
                challenges.stream().anyMatch(challenge -> challenge.scheme().equals("basic"));
        if (basic && login.filter(Login::complete).isPresent() && refused.isEmpty()) {
            String header = TokenRequest.basic(login.get());
            client.tokens().put(place, TokenCache.Key.basic(place, login.get()), header, BASIC_SECONDS);
            return header;
        }
        if (keychain.trouble().isPresent()) {
            throw unauthorized("asks for credentials, and the keychain has none: "
                    + keychain.trouble().get());
        }
        throw unauthorized(basic && login.isEmpty() ? "asks for credentials, and none are configured" : "refuses us");
    }

    private String bearer(Challenge challenge, Optional<Login> login, Deadline deadline) {
        TokenRequest request = new TokenRequest(
                realm(challenge.parameter("realm").orElse("")),
                capped(challenge.parameter("service")).orElse(""),
                capped(challenge.parameter("scope")).orElse("repository:" + repository + ":pull"));
        boolean own = registry.owns(request.realm());
        Optional<Login> sent = own || (client.lists(request.realm(), login) && takesLogins(request.realm()))
                ? login
                : Optional.empty();
        withheldFrom = login.isPresent() && sent.isEmpty() ? Optional.of(request.realm()) : Optional.empty();
        TokenCache.Key key = new TokenCache.Key(
                registry.name(), request.realm().toString(), request.service(), request.scope(), sent);
        Optional<String> known = client.tokens().find(key);
        if (known.isPresent()) {
            client.tokens().use(place, key);
            return known.get();
        }
        HttpCall call = request.call(
                sent,
                own ? client.purpose(registry.name()) : client.purposeElsewhere(request.realm()),
                registry.sameOrigin(request.realm()) ? client.trust() : TlsTrust.system());
        TokenRequest.Token token = answered(call, deadline);
        String header = "Bearer " + token.value();
        client.tokens().put(place, key, header, token.seconds());
        return header;
    }

    private TokenRequest.Token answered(HttpCall call, Deadline deadline) {
        HttpAnswer answer = client.fetchToken(call, deadline, tokenCalls);
        if (answer.status() == 401 || answer.status() == 403 || answer.status() == 400) {
            throw unauthorized("has a token server that refuses us");
        }
        if (answer.status() != 200) {
            throw new FinalException(
                    Kind.STATUS,
                    call.host(),
                    "the token server of " + registry.name() + " answered with status " + answer.status());
        }
        return TokenRequest.read(answer)
                .orElseThrow(() -> new FinalException(
                        Kind.MALFORMED,
                        call.host(),
                        "the token server of " + registry.name() + " sent no token that can be used"));
    }

    /** Https, or http where the registry itself speaks it. */
    private URI realm(String text) {
        try {
            URI realm = new URI(text);
            Optional<HostPort> server = HostPort.of(realm);
            boolean plain = "http".equalsIgnoreCase(realm.getScheme());
            if (text.length() <= MAX_PARAMETER
                    && server.isPresent()
                    && realm.getRawFragment() == null
                    && (!plain || registry.plain())) {
                return realm;
            }
        } catch (URISyntaxException e) {
            throw new FinalException(
                    Kind.FORBIDDEN, registry.name(), registry.name() + " names a token server that is no address", e);
        }
        throw new FinalException(
                Kind.FORBIDDEN, registry.name(), registry.name() + " names a token server that is not asked");
    }

    private static boolean takesLogins(URI realm) {
        return "https".equalsIgnoreCase(realm.getScheme())
                || HostPort.of(realm).filter(HostPort::loopback).isPresent();
    }

    private static Optional<String> capped(Optional<String> parameter) {
        return parameter.filter(text -> !text.isEmpty()
                && text.length() <= MAX_PARAMETER
                && text.chars().allMatch(c -> c >= ' ' && c < 0x7f));
    }

    /** Why the login may have been of no use, to be said behind a refusal; empty if nothing is known. */
    String trouble() {
        String secrets = client.trouble().map(why -> "; " + why).orElse("");
        return secrets
                + withheldFrom
                        .map(realm -> "; the credentials were not sent to its token server " + HostPort.text(realm)
                                + ", which auth does not list")
                        .orElse("");
    }

    private FinalException unauthorized(String what) {
        return new FinalException(Kind.UNAUTHORIZED, registry.name(), registry.name() + " " + what + trouble());
    }
}

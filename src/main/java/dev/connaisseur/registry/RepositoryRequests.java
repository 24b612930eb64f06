package dev.connaisseur.registry;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HostPort;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.TlsTrust;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Requests about one repository: authorised where they go to the registry, bare where it sends us elsewhere. Redirects are followed
 * by hand, a few hops, over https only.
 */
final class RepositoryRequests implements AutoCloseable {
    private static final int MAX_HOPS = 5;
    private static final int MAX_LOCATION = 8192;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    /** What registries say to addresses that they do not know: nothing there, a bad name, a wrong method or type, not built. */
    private static final Set<Integer> NOT_OFFERED = Set.of(400, 404, 405, 406, 501);

    private final RegistryClient client;
    private final RegistryHost registry;
    private final Deadline deadline;
    private final Authorizer authorizer;
    private final Burden burden;
    private final AtomicReference<Optional<String>> authorization;

    RepositoryRequests(RegistryClient client, RegistryHost registry, String repository, Deadline deadline) {
        this.client = client;
        this.registry = registry;
        this.deadline = deadline;
        this.burden = new Burden(client.loads(), HostPort.of(registry.base()).orElseThrow(), registry.name(), deadline);
        this.authorizer = new Authorizer(client, registry, repository);
        this.authorization = new AtomicReference<>(authorizer.remembered());
    }

    /**
     * Gets what is at an address of the API, at the end of its redirects. What turns out to be large is asked for once more, when
     * there is room for it; whoever keeps the answer closes this in the end.
     *
     * @param what what is looked for, for the message: "the manifest of …"
     * @return an answer with status 200
     */
    HttpAnswer get(URI address, String accept, int limit, String what) {
        return accepted(answer(address, accept, call -> weighed(call, limit)), what);
    }

    /** The same for what not every registry offers; empty where one answers as those do that do not know the address. */
    Optional<HttpAnswer> getIfOffered(URI address, String accept, int limit, String what) {
        HttpAnswer answer = answer(address, accept, call -> weighed(call, limit));
        return NOT_OFFERED.contains(answer.status()) ? Optional.empty() : Optional.of(accepted(answer, what));
    }

    private HttpAnswer accepted(HttpAnswer answer, String what) {
        return switch (answer.status()) {
            case 200 -> {
                burden.add(answer.size());
                yield answer;
            }
            case 404 -> throw new FinalException(Kind.NOT_FOUND, host(), what + " was not found at " + host());
            case 401, 403 ->
                throw new FinalException(
                        Kind.UNAUTHORIZED, host(), host() + " does not let us read " + what + authorizer.trouble());
            default ->
                throw new FinalException(
                        Kind.STATUS, host(), host() + " answered with status " + answer.status() + " for " + what);
        };
    }

    /** Large answers come one after the other, not all at once. */
    private HttpAnswer weighed(HttpCall call, int limit) {
        try {
            return send(call, Math.min(limit, Burden.LIGHT));
        } catch (FinalException e) {
            if (e.kind() != Kind.TOO_LARGE || limit <= Burden.LIGHT) {
                throw e;
            }
            burden.becomeHeavy();
            return send(call, limit);
        }
    }

    /** Makes room for the large answers of others. */
    @Override
    public void close() {
        burden.close();
    }

    String host() {
        return registry.name();
    }

    RegistryHost registry() {
        return registry;
    }

    /** What is said at an address, of whatever status, at the end of its redirects. */
    HttpAnswer answer(URI address, String accept, int limit) {
        return answer(address, accept, call -> send(call, limit));
    }

    private HttpAnswer answer(URI address, String accept, Function<HttpCall, HttpAnswer> sending) {
        URI at = address;
        for (int hop = 0; hop <= MAX_HOPS; hop++) {
            HttpAnswer answer = registry.sameOrigin(at) ? authorized(at, accept, sending) : bare(at, accept, sending);
            if (!REDIRECTS.contains(answer.status())) {
                return answer;
            }
            at = target(at, answer);
        }
        throw new FinalException(Kind.TOO_LARGE, host(), host() + " redirects more than " + MAX_HOPS + " times");
    }

    private HttpAnswer authorized(URI at, String accept, Function<HttpCall, HttpAnswer> sending) {
        HttpCall call = HttpCall.get(at, client.purpose(registry.name()))
                .trust(client.trust())
                .header("Accept", accept);
        Optional<String> sent = Objects.requireNonNullElse(authorization.get(), Optional.empty());
        HttpAnswer answer = sending.apply(
                sent.map(header -> call.header("Authorization", header)).orElse(call));
        if (answer.status() != 401) {
            return answer;
        }
        String renewed = authorizer.renewed(answer, sent, deadline);
        authorization.set(Optional.of(renewed));
        return sending.apply(call.header("Authorization", renewed));
    }

    /** Another host gets neither our login nor our private roots. */
    private HttpAnswer bare(URI at, String accept, Function<HttpCall, HttpAnswer> sending) {
        return sending.apply(HttpCall.get(at, client.purposeElsewhere(at))
                .trust(TlsTrust.system())
                .header("Accept", accept));
    }

    private HttpAnswer send(HttpCall call, int limit) {
        return client.fetch(call.limit(limit), deadline);
    }

    private URI target(URI from, HttpAnswer answer) {
        String location = answer.header("Location").orElse("");
        try {
            URI to = from.resolve(new URI(location));
            boolean plain = "http".equalsIgnoreCase(to.getScheme());
            Optional<HostPort> server = HostPort.of(to);
            if (location.isEmpty() || location.length() > MAX_LOCATION || server.isEmpty()) {
                throw new FinalException(Kind.MALFORMED, host(), host() + " redirects to something that is no address");
            }
            if (plain && !registry.plain()) {
                throw new FinalException(Kind.FORBIDDEN, host(), host() + " redirects to plain http");
            }
            return to;
        } catch (URISyntaxException e) {
            throw new FinalException(Kind.MALFORMED, host(), host() + " redirects to something that is no address", e);
        }
    }
}

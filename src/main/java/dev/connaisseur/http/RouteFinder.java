package dev.connaisseur.http;

import dev.connaisseur.http.EgressRules.Reach;
import dev.connaisseur.http.LookupException.Kind;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the way to a server and holds it against the rules. Where a proxy resolves the name, only the name can be judged. */
final class RouteFinder implements AutoCloseable {
    private final EgressRules rules;
    private final Proxies proxies;
    private final NameLookup names;

    RouteFinder(Network network) {
        this.rules = network.egress();
        this.proxies = network.proxies();
        this.names = new NameLookup(network.resolver());
    }

    /**
     * The way to a server for a call of this reach.
     *
     * @throws FinalException of kind {@code FORBIDDEN} if the rules do not let us go there
     * @throws TransientException if nobody knows the name
     */
    Route find(HostPort server, boolean tls, HttpCall call, Reach reach, Duration limit) throws InterruptedException {
        if (rules.forbidsName(server, reach) || (!tls && !rules.plain(server, call.purpose(), reach))) {
            throw forbidden(call, tls ? "" : " by plain http");
        }
        Optional<Proxies.Server> proxy =
                call.purpose() == Purpose.CLUSTER ? Optional.empty() : proxies.before(server, tls);
        if (proxy.isPresent()) {
            Optional<InetAddress> literal = AddressRange.literal(server.host());
            boolean allowed = literal.map(address -> permitted(call, server, address, reach))
                    .orElseGet(() -> rules.listed(server, Optional.empty()));
            if (!allowed) {
                throw forbidden(call, "");
            }
            return new Route(server, known(proxy.get().address().host(), call, limit), proxy);
        }
        List<InetAddress> known = known(server.host(), call, limit);
        Set<InetAddress> internal = internal(known, reach, limit);
        List<InetAddress> permitted = known.stream()
                .filter(address -> permitted(call, server, address, reach) && !internal.contains(address))
                .toList();
        if (permitted.isEmpty()) {
            throw forbidden(call, "");
        }
        return new Route(server, permitted, Optional.empty());
    }

    /** A stranger's name may point at a service of the cluster, which only its own feature may reach. */
    private Set<InetAddress> internal(List<InetAddress> addresses, Reach reach, Duration limit)
            throws InterruptedException {
        Set<InetAddress> internal = new HashSet<>();
        if (reach != Reach.ANYWHERE
                && addresses.stream().anyMatch(address -> AddressClass.of(address) != AddressClass.PUBLIC)) {
            for (String name : rules.internal()) {
                names.addresses(name, limit).ifPresent(internal::addAll);
            }
        }
        return internal;
    }

    private boolean permitted(HttpCall call, HostPort server, InetAddress address, Reach reach) {
        return call.purpose() == Purpose.CLUSTER || rules.permits(server, address, reach);
    }

    private List<InetAddress> known(String host, HttpCall call, Duration limit) throws InterruptedException {
        return names.addresses(host, limit)
                .orElseThrow(() ->
                        new TransientException(Kind.UNREACHABLE, call.host(), call.host() + " could not be reached"));
    }

    private static FinalException forbidden(HttpCall call, String how) {
        return new FinalException(
                Kind.FORBIDDEN, call.host(), "we may not connect to " + call.host() + how + " (see network.allow)");
    }

    @Override
    public void close() {
        names.close();
    }
}

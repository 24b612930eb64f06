package dev.connaisseur.http;

import java.security.cert.X509Certificate;
import java.util.Set;

/**
 * How this process reaches the rest of the world.
 *
 * @param addedRoots believed beside the roots of the Java runtime, wherever {@link TlsTrust#system()} is
 * @param requestsPerHost how many may be in flight; more wait their turn
 */
public record Network(
        EgressRules egress,
        Proxies proxies,
        Set<X509Certificate> addedRoots,
        Resolver resolver,
        Patience patience,
        int requestsPerHost) {
    /** Directly, by the platform's names and roots, with no exceptions. */
    public static final Network STANDARD =
            new Network(EgressRules.STANDARD, Proxies.NONE, Set.of(), Resolver.SYSTEM, Patience.DEFAULT, 24);

    public Network {
        addedRoots = Set.copyOf(addedRoots);
    }

    public Network with(EgressRules other) {
        return new Network(other, proxies, addedRoots, resolver, patience, requestsPerHost);
    }

    public Network with(Proxies other) {
        return new Network(egress, other, addedRoots, resolver, patience, requestsPerHost);
    }

    public Network with(Set<X509Certificate> roots) {
        return new Network(egress, proxies, roots, resolver, patience, requestsPerHost);
    }

    public Network with(Resolver other) {
        return new Network(egress, proxies, addedRoots, other, patience, requestsPerHost);
    }

    public Network with(Patience other) {
        return new Network(egress, proxies, addedRoots, resolver, other, requestsPerHost);
    }
}

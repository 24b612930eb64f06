package dev.connaisseur.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where we may connect to.
 *
 * <p>A host that the operator wrote down, or that a configured feature implies, may lie anywhere. An image's registry may be public or
 * private, but never this machine, its link or a cloud's metadata. What an answer or a certificate names must be public.
 *
 * @param allow these may be private, too; a literal host among them counts as written down
 * @param only where not empty, nothing else is connected to
 * @param plainHttp hosts that are spoken to without TLS, and without credentials; they count as written down
 * @param internal names or addresses of the cluster's own services, which nobody but their own features may reach
 */
public record EgressRules(
        List<Destination> allow, List<Destination> only, Set<HostPort> plainHttp, Set<String> internal) {
    /** No exceptions. */
    public static final EgressRules STANDARD = new EgressRules(List.of(), List.of(), Set.of(), Set.of());

    private static final Set<String> CLUSTER_NAMES = Set.of(
            "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local");

    public EgressRules {
        allow = List.copyOf(allow);
        only = List.copyOf(only);
        plainHttp = Set.copyOf(plainHttp);
        internal = Set.copyOf(internal);
    }

    /** How far a call may reach. Connections are never shared between reaches. */
    enum Reach {
        ANYWHERE,
        NOT_SPECIAL,
        PUBLIC;

        boolean covers(AddressClass kind) {
            return switch (this) {
                case ANYWHERE -> true;
                case NOT_SPECIAL -> kind != AddressClass.SPECIAL;
                case PUBLIC -> kind == AddressClass.PUBLIC;
            };
        }
    }

    /**
     * Reads the settings.
     *
     * @param internal host names and addresses of the Kubernetes API and Redis
     * @param mistakes takes a sentence for each entry that cannot be read
     */
    public static EgressRules parse(
            List<String> allow,
            List<String> only,
            List<String> plainHttp,
            Set<String> internal,
            List<String> mistakes) {
        return new EgressRules(
                destinations("network.allow", allow, mistakes),
                destinations("network.only", only, mistakes),
                servers(plainHttp, mistakes),
                internal);
    }

    private static List<Destination> destinations(String setting, List<String> entries, List<String> mistakes) {
        List<Destination> destinations = new ArrayList<>();
        for (String entry : entries) {
            Destination.parse(entry)
                    .ifPresentOrElse(
                            destinations::add,
                            () -> mistakes.add(
                                    setting + ": \"" + entry
                                            + "\" is neither a host, a pattern like *.example.com nor a range like 10.0.0.0/8"));
        }
        return destinations;
    }

    private static Set<HostPort> servers(List<String> entries, List<String> mistakes) {
        Set<HostPort> servers = new HashSet<>();
        for (String entry : entries) {
            Optional<HostPort> server = Destination.parse(entry)
                    .filter(destination ->
                            destination instanceof Destination.Host host && host.literal() && host.port() != 0)
                    .map(Destination.Host.class::cast)
                    .map(host -> new HostPort(host.name(), host.port()));
            server.ifPresentOrElse(
                    servers::add,
                    () -> mistakes.add("network.plainHttp: \"" + entry + "\" is not a host with its port"));
        }
        return servers;
    }

    /** How far a call may reach that somebody with this say made. */
    Reach reach(HostPort server, Purpose purpose) {
        return switch (written(server) ? Purpose.CONFIGURED : purpose) {
            case CONFIGURED, FEATURE, CLUSTER -> Reach.ANYWHERE;
            case IMAGE_REGISTRY -> Reach.NOT_SPECIAL;
            case REFERRED, CERTIFICATE -> Reach.PUBLIC;
        };
    }

    /** Whether the settings themselves name the server. */
    private boolean written(HostPort server) {
        return plainHttp.contains(server)
                || allow.stream()
                        .anyMatch(entry ->
                                entry instanceof Destination.Host host && host.literal() && host.matches(server));
    }

    /** Whether http may be spoken: with this machine if the operator says so, with listed hosts, and where OCSP and CRL do. */
    boolean plain(HostPort server, Purpose purpose, Reach reach) {
        return plainHttp.contains(server)
                || purpose == Purpose.CERTIFICATE
                || (reach == Reach.ANYWHERE && server.onThisLink());
    }

    /** Whether the server is listed as one that has no TLS. */
    public boolean spokenPlain(HostPort server) {
        return plainHttp.contains(server);
    }

    /** Whether the name alone already rules the server out. */
    boolean forbidsName(HostPort server, Reach reach) {
        String host = server.host().endsWith(".")
                ? server.host().substring(0, server.host().length() - 1)
                : server.host();
        String lower = host.toLowerCase(Locale.ROOT);
        return reach != Reach.ANYWHERE
                && (CLUSTER_NAMES.contains(lower) || internal.contains(lower) || server.loopback());
    }

    /** Whether a connection to this address of the server may be made. */
    boolean permits(HostPort server, InetAddress address, Reach reach) {
        AddressClass kind = AddressClass.of(address);
        boolean lifted = kind == AddressClass.PRIVATE
                && allow.stream().anyMatch(entry -> entry.matches(server, Optional.of(address)));
        return (reach.covers(kind) || lifted) && listed(server, Optional.of(address));
    }

    /** Whether {@code network.only} lets us go there; without an address, a range does not match. */
    boolean listed(HostPort server, Optional<InetAddress> address) {
        return only.isEmpty() || only.stream().anyMatch(entry -> entry.matches(server, address));
    }
}

package dev.connaisseur.registry;

import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HostPort;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.image.ImageReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Where a registry's API is.
 *
 * @param name as in image references
 * @param base scheme and authority, no path
 */
record RegistryHost(String name, URI base) {
    private static final String DOCKER_HUB_API = "registry-1.docker.io";
    private static final Set<String> DOCKER_HUB_SERVERS = Set.of(DOCKER_HUB_API, "notary.docker.io");
    private static final String DOCKER_HUB_TOKENS = "auth.docker.io";

    /**
     * Https, but plain http on loopback unless a certificate is configured for the registry.
     *
     * @param listed whether the settings say of a server that it has no TLS
     */
    static RegistryHost of(String name, TlsTrust trust, Predicate<HostPort> listed) {
        String authority = name.equals(ImageReference.DOCKER_HUB) ? DOCKER_HUB_API : name;
        try {
            URI secure = new URI("https://" + authority);
            HostPort server = HostPort.of(secure)
                    .orElseThrow(() -> new FinalException(Kind.MALFORMED, name, name + " is no host of a registry"));
            boolean plain = trust.isSystem() && (server.loopback() || listed.test(server) || listed80(server, listed));
            return new RegistryHost(name, plain ? new URI("http://" + authority) : secure);
        } catch (URISyntaxException e) {
            throw new FinalException(Kind.MALFORMED, name, name + " is no host of a registry", e);
        }
    }

    /** A name without a port is port 80 once it is spoken to by plain http. */
    private static boolean listed80(HostPort server, Predicate<HostPort> listed) {
        return server.port() == 443 && listed.test(new HostPort(server.host(), 80));
    }

    /** An address of the API. */
    URI at(String pathAndQuery) {
        return base.resolve(pathAndQuery);
    }

    /** Whether scheme, host and port are the registry's. */
    boolean sameOrigin(URI uri) {
        return base.getScheme().equalsIgnoreCase(uri.getScheme())
                && HostPort.of(base).equals(HostPort.of(uri));
    }

    /** Whether a token realm belongs to the registry itself, so that its credential may go there. */
    boolean owns(URI realm) {
        boolean hubTokens = DOCKER_HUB_SERVERS.contains(base.getHost())
                && "https".equalsIgnoreCase(realm.getScheme())
                && realm.getPort() == -1
                && DOCKER_HUB_TOKENS.equalsIgnoreCase(realm.getHost());
        return hubTokens || sameOrigin(realm);
    }

    /** Whether this is spoken to by plain http. */
    boolean plain() {
        return base.getScheme().equals("http");
    }

    /** Whether a login may go there: inside TLS, or without leaving this machine. */
    boolean takesLogins() {
        return !plain() || HostPort.of(base).filter(HostPort::loopback).isPresent();
    }
}

package dev.connaisseur.registry;

import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HostPort;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.image.ImageReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

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

    /** Https, but plain http on loopback unless a certificate is configured for the registry. */
    static RegistryHost of(String name, TlsTrust trust) {
        String authority = name.equals(ImageReference.DOCKER_HUB) ? DOCKER_HUB_API : name;
        try {
            URI secure = new URI("https://" + authority);
            HostPort server = HostPort.of(secure)
                    .orElseThrow(() -> new FinalException(Kind.MALFORMED, name, name + " is no host of a registry"));
            return new RegistryHost(
                    name, server.loopback() && trust.isSystem() ? new URI("http://" + authority) : secure);
        } catch (URISyntaxException e) {
            throw new FinalException(Kind.MALFORMED, name, name + " is no host of a registry", e);
        }
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

    /** Whether anything here is plain text on the wire of this machine. */
    boolean plain() {
        return base.getScheme().equals("http");
    }
}

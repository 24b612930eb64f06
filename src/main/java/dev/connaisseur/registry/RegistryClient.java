package dev.connaisseur.registry;

import dev.connaisseur.config.Login;
import dev.connaisseur.config.Logins;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HostPort;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.registry.keychain.Keychains;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.FaultToleranceException;

/** Reads registries with the logins and the certificate of one validator. Immutable; made by {@link RegistryClients}. */
public final class RegistryClient {
    private final HttpTransport transport;
    private final Lookups lookups;
    private final TokenCache tokens;
    private final TlsTrust trust;
    private final Logins logins;
    private final Set<String> named;
    private final Optional<Keychains> keychain;

    RegistryClient(
            HttpTransport transport,
            Lookups lookups,
            TokenCache tokens,
            TlsTrust trust,
            Logins logins,
            Set<String> named,
            Optional<Keychains> keychain) {
        this.transport = transport;
        this.lookups = lookups;
        this.tokens = tokens;
        this.trust = trust;
        this.logins = logins;
        this.named = named;
        this.keychain = keychain;
    }

    /** Begins the verification of one image; nothing is requested yet. */
    public RepositorySession session(ImageReference image, Deadline deadline) {
        return new RepositorySession(this, image, deadline);
    }

    /** One request through the look-ups of the container. */
    HttpAnswer fetch(HttpCall call, Deadline deadline) {
        return guarded(call, () -> lookups.fetch(transport, call, deadline));
    }

    /** One request to a token server; see {@link Lookups#fetchToken}. */
    HttpAnswer fetchToken(HttpCall call, Deadline deadline, AtomicInteger calls) {
        return guarded(call, () -> lookups.fetchToken(transport, call, deadline, calls));
    }

    /** The container's own time-out stands behind the deadline; whatever else it throws, nothing was found out. */
    private static HttpAnswer guarded(HttpCall call, Supplier<HttpAnswer> lookup) {
        try {
            return lookup.get();
        } catch (FaultToleranceException e) {
            throw new FinalException(Kind.TIMED_OUT, call.host(), call.host() + " did not answer in time", e);
        }
    }

    TokenCache tokens() {
        return tokens;
    }

    TlsTrust trust() {
        return trust;
    }

    /** Whether the operator wrote this registry down or an image names it. */
    Purpose purpose(String registry) {
        return named.contains(registry) ? Purpose.CONFIGURED : Purpose.IMAGE_REGISTRY;
    }

    /** The same for an address that the registry sends us to. */
    Purpose purposeElsewhere(URI uri) {
        return named.contains(authority(uri)) || lists(uri) ? Purpose.CONFIGURED : Purpose.REFERRED;
    }

    /** Whether the settings let us speak plain http with a server. */
    boolean spokenPlain(HostPort server) {
        return transport.spokenPlain(server);
    }

    Optional<Login> login(String registry, String repository) {
        return logins.forRepository(registry + "/" + repository)
                .filter(login -> login.complete() || !login.identityToken().isEmpty());
    }

    boolean hasKeychain() {
        return keychain.isPresent();
    }

    /** What the platform lets us log in with; may ask it. */
    Keychains.Found fromKeychain(String registry, String repository, Deadline deadline) {
        return keychain.map(platform -> platform.find(registry, repository, this::fetch, deadline))
                .orElseThrow();
    }

    /** Whether {@code auth} names the host of this address. */
    boolean lists(URI uri) {
        String authority = authority(uri);
        return logins.byPrefix().keySet().stream()
                .map(key -> key.split("/", 2)[0])
                .anyMatch(host -> host.equalsIgnoreCase(authority));
    }

    private static String authority(URI uri) {
        return uri.getHost() + (uri.getPort() == -1 ? "" : ":" + uri.getPort());
    }
}

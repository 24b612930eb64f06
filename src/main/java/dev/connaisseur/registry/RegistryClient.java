package dev.connaisseur.registry;

import dev.connaisseur.config.Login;
import dev.connaisseur.config.Logins;
import dev.connaisseur.config.PulledLogins;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HeavyLoads;
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
    private final PulledLogins pulled;

    RegistryClient(
            HttpTransport transport,
            Lookups lookups,
            TokenCache tokens,
            TlsTrust trust,
            Logins logins,
            Set<String> named,
            Optional<Keychains> keychain,
            PulledLogins pulled) {
        this.transport = transport;
        this.lookups = lookups;
        this.tokens = tokens;
        this.trust = trust;
        this.logins = logins;
        this.named = named;
        this.keychain = keychain;
        this.pulled = pulled;
    }

    /** Whether the pull secrets of the object under review are wanted. */
    public boolean takesPullSecrets() {
        return logins.pullSecrets();
    }

    /** A client that logs in with an object's pull secrets first, if they are wanted. */
    public RegistryClient with(Supplier<PulledLogins> secrets) {
        return takesPullSecrets()
                ? new RegistryClient(transport, lookups, tokens, trust, logins, named, keychain, secrets.get())
                : this;
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

    HeavyLoads loads() {
        return transport.loads();
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
        // Whoever may write a pull secret is not who decides where we may connect to.
        return named.contains(authority(uri)) || logins.name(authority(uri)) ? Purpose.CONFIGURED : Purpose.REFERRED;
    }

    /** Whether the settings let us speak plain http with a server. */
    boolean spokenPlain(HostPort server) {
        return transport.spokenPlain(server);
    }

    Optional<Login> login(String registry, String repository) {
        return usable(pulled.logins(), registry, repository).or(() -> usable(logins, registry, repository));
    }

    private static Optional<Login> usable(Logins logins, String registry, String repository) {
        return logins.forRepository(registry + "/" + repository)
                .filter(login -> login.complete() || !login.identityToken().isEmpty());
    }

    /** Why pull secrets may be missing. */
    Optional<String> trouble() {
        return pulled.trouble();
    }

    boolean hasKeychain() {
        return keychain.isPresent();
    }

    /** What the platform lets us log in with; may ask it. */
    Keychains.Found fromKeychain(String registry, String repository, Deadline deadline) {
        return keychain.map(platform -> platform.find(registry, repository, this::fetch, deadline))
                .orElseThrow();
    }

    /** Whether the secret that holds this login names the host of this address, too. */
    boolean lists(URI uri, Optional<Login> login) {
        boolean fromPullSecret =
                login.filter(pulled.logins().byPrefix()::containsValue).isPresent();
        return (fromPullSecret ? pulled.logins() : logins).name(authority(uri));
    }

    private static String authority(URI uri) {
        return uri.getHost() + (uri.getPort() == -1 ? "" : ":" + uri.getPort());
    }
}

package dev.connaisseur.registry;

import dev.connaisseur.config.Login;
import dev.connaisseur.config.Logins;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.image.ImageReference;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** Reads registries with the logins and the certificate of one validator. Immutable; made by {@link RegistryClients}. */
public final class RegistryClient {
    private final HttpTransport transport;
    private final Lookups lookups;
    private final TokenCache tokens;
    private final TlsTrust trust;
    private final Logins logins;
    private final Set<String> named;

    RegistryClient(
            HttpTransport transport,
            Lookups lookups,
            TokenCache tokens,
            TlsTrust trust,
            Logins logins,
            Set<String> named) {
        this.transport = transport;
        this.lookups = lookups;
        this.tokens = tokens;
        this.trust = trust;
        this.logins = logins;
        this.named = named;
    }

    /** Begins the verification of one image; nothing is requested yet. */
    public RepositorySession session(ImageReference image, Deadline deadline) {
        return new RepositorySession(this, image, deadline);
    }

    HttpTransport transport() {
        return transport;
    }

    Lookups lookups() {
        return lookups;
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

    Optional<Login> login(String registry, String repository) {
        return logins.forRepository(registry + "/" + repository)
                .filter(login -> login.complete() || !login.identityToken().isEmpty());
    }

    /** Whether {@code auth} names the host of this address. */
    boolean lists(URI uri) {
        String authority = uri.getHost() + (uri.getPort() == -1 ? "" : ":" + uri.getPort());
        return logins.byPrefix().keySet().stream()
                .map(key -> key.split("/", 2)[0])
                .anyMatch(host -> host.equalsIgnoreCase(authority));
    }
}

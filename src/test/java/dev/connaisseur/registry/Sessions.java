package dev.connaisseur.registry;

import dev.connaisseur.config.Login;
import dev.connaisseur.config.Logins;
import dev.connaisseur.config.PulledLogins;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Loopback;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Sessions as one process makes them: with shared connections and tokens. */
final class Sessions implements AutoCloseable {
    private final HttpTransport transport = Loopback.transport();
    private final RegistryClients clients =
            new RegistryClients(transport, new Lookups(), new Secrets(Path.of("no-secrets")));

    static Login login(String user, String password) {
        return new Login(user, password, "");
    }

    RepositorySession of(EmbeddedRegistry registry, String image) {
        return of(registry, image, Map.of());
    }

    RepositorySession of(EmbeddedRegistry registry, String image, Map<String, Login> logins) {
        return of(registry, image, logins, TlsTrust.system());
    }

    RepositorySession of(EmbeddedRegistry registry, String image, Map<String, Login> logins, TlsTrust trust) {
        return clients.client(trust, new Logins(logins))
                .session(reference(registry, image), Deadline.after(Duration.ofSeconds(20)));
    }

    /** {@code repository[:tag][@digest]} at the registry. */
    static ImageReference reference(EmbeddedRegistry registry, String image) {
        String[] named = image.split("@", 2);
        int colon = named[0].indexOf(':');
        return new ImageReference(
                image,
                registry.host(),
                colon < 0 ? named[0] : named[0].substring(0, colon),
                colon < 0 ? Optional.empty() : Optional.of(named[0].substring(colon + 1)),
                named.length < 2 ? Optional.empty() : Digest.parse(named[1]));
    }

    /** With the pull secrets of an object, for a validator that wants them or does not. */
    RepositorySession pulling(
            EmbeddedRegistry registry, String image, Map<String, Login> own, boolean wanted, PulledLogins pulled) {
        return clients.client(TlsTrust.system(), new Logins(own, false, wanted))
                .with(() -> pulled)
                .session(reference(registry, image), Deadline.after(Duration.ofSeconds(20)));
    }

    @Override
    public void close() {
        transport.close();
    }
}

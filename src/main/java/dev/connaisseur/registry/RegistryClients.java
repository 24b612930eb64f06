package dev.connaisseur.registry;

import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.config.Logins;
import dev.connaisseur.config.PulledLogins;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.http.HostPort;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.http.UnusableCertificateException;
import dev.connaisseur.registry.keychain.Keychains;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the registry clients of validators. What they share (connections, tokens) lives as long as the process; what one
 * configuration says is given by {@link #of}.
 */
public final class RegistryClients {
    private final HttpTransport transport;
    private final Lookups lookups;
    private final TokenCache tokens;
    private final Secrets secrets;
    private final Set<String> named;
    private final Keychains keychains;

    private RegistryClients(
            HttpTransport transport,
            Lookups lookups,
            TokenCache tokens,
            Keychains keychains,
            Secrets secrets,
            Set<String> named) {
        this.transport = transport;
        this.lookups = lookups;
        this.tokens = tokens;
        this.keychains = keychains;
        this.secrets = secrets;
        this.named = Set.copyOf(named);
    }

    /** For a process without a keychain, with credentials from these files and no registry named by the configuration. */
    public RegistryClients(HttpTransport transport, Lookups lookups, Secrets secrets) {
        this(transport, lookups, secrets, new Keychains(Map.of(), InstantSource.system()));
    }

    /** The same with the platform's credentials for validators that want them. */
    public RegistryClients(HttpTransport transport, Lookups lookups, Secrets secrets, Keychains keychains) {
        this(transport, lookups, new TokenCache(System::nanoTime), keychains, secrets, Set.of());
    }

    /**
     * The same for one configuration.
     *
     * @param credentials the files of that configuration
     * @param namedRegistries hosts that its policy patterns name literally, as in image references
     */
    public RegistryClients of(Secrets credentials, Set<String> namedRegistries) {
        return new RegistryClients(transport, lookups, tokens, keychains, credentials, namedRegistries);
    }

    /**
     * Reads {@code auth} and {@code cert} of a validator. Mistakes are reported to the section.
     *
     * @param badCertificate what to report about a {@code cert} that cannot be used, in the original's words
     */
    public RegistryClient client(ConfigSection validator, String badCertificate) {
        TlsTrust trust = trust(validator, badCertificate);
        Logins logins = secrets.logins(validator, Optional.empty());
        return client(trust, logins);
    }

    /**
     * Reads {@code auth} and {@code cert} of a validator that asks one server of its own, which authenticates like a registry.
     * A secret that names no registry is this server's.
     *
     * @param address scheme and host, perhaps a path, without a slash at the end
     */
    public ServerClient server(ConfigSection validator, URI address, String badCertificate) {
        String host = address.getRawAuthority();
        Logins logins = secrets.logins(validator, Optional.of(host));
        if (logins.keychain()) {
            validator.warning(
                    "auth",
                    "useKeychain has no effect for this type of validator",
                    "Name a secret with secretName where the server asks for credentials.");
        }
        if (logins.pullSecrets()) {
            validator.warning(
                    "auth",
                    "useImagePullSecrets has no effect for this type of validator",
                    "Name a secret with secretName where the server asks for credentials.");
        }
        return server(trust(validator, badCertificate), logins, address);
    }

    /** As {@link #server(ConfigSection, URI, String)}, without a configuration file. */
    public ServerClient server(TlsTrust trust, Logins logins, URI address) {
        return new ServerClient(
                new RegistryClient(
                        transport,
                        lookups,
                        tokens,
                        trust,
                        logins,
                        Set.of(address.getRawAuthority()),
                        Optional.empty(),
                        PulledLogins.NONE),
                address);
    }

    /** Whether plain http may be spoken with a server: it is this machine, or the settings list it. */
    public boolean spokenPlain(HostPort server) {
        return server.loopback() || transport.spokenPlain(server);
    }

    /** A client without a configuration file. */
    public RegistryClient client(TlsTrust trust, Logins logins) {
        return new RegistryClient(
                transport,
                lookups,
                tokens,
                trust,
                logins,
                named,
                logins.keychain() ? Optional.of(keychains) : Optional.empty(),
                PulledLogins.NONE);
    }

    private static TlsTrust trust(ConfigSection validator, String badCertificate) {
        Optional<String> pem = validator.string("cert").filter(text -> !text.isEmpty());
        try {
            return pem.map(TlsTrust::of).orElse(TlsTrust.system());
        } catch (UnusableCertificateException e) {
            validator.error(
                    "cert", badCertificate, "Give the registry's CA certificate in PEM form: " + e.getMessage() + ".");
            return TlsTrust.system();
        }
    }
}

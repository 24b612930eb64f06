package dev.connaisseur.validator.notaryv1;

import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.HostPort;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.trust.TrustRoots.Material;
import dev.connaisseur.tuf.RollbackMemory;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.ValidatorFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.Locale;

/** Makes validators of type {@code notaryv1}. */
public final class NotaryV1Factory implements ValidatorFactory {
    private static final String DEFAULT_HOST = "https://notary.docker.io";

    private final RegistryClients clients;
    private final RollbackMemory memory;
    private final Settings.NotaryV1 settings;
    private final InstantSource clock;

    /** @param memory lives as long as the process, so that a reload does not make it forget */
    public NotaryV1Factory(
            RegistryClients clients, RollbackMemory memory, Settings.NotaryV1 settings, InstantSource clock) {
        this.clients = clients;
        this.memory = memory;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String type() {
        return NotaryV1Validator.TYPE;
    }

    @Override
    public Validator create(String name, ConfigSection section) {
        section.onlyKeys("name", "type", "host", "trustRoots", "auth", "cert");
        TrustRoots roots = TrustRoots.parse(name, section, Material.KEY);
        return new NotaryV1Validator(
                name,
                clients.server(section, host(section), "invalid certificate for validator " + name),
                new PinnedRoots(name, roots),
                memory,
                settings,
                clock);
    }

    private URI host(ConfigSection section) {
        String text = section.string("host").filter(host -> !host.isEmpty()).orElse(DEFAULT_HOST);
        String lower = text.toLowerCase(Locale.ROOT);
        boolean scheme = lower.startsWith("http://") || lower.startsWith("https://");
        try {
            URI host = new URI((scheme ? text : "https://" + text).replaceAll("/+$", ""));
            boolean address = HostPort.of(host).isPresent()
                    && host.getRawUserInfo() == null
                    && host.getRawQuery() == null
                    && host.getRawFragment() == null;
            if (!address) {
                section.error(
                        "host",
                        "invalid url for notary host: not the address of a server",
                        "Give a host, or https:// and a host.");
                return URI.create(DEFAULT_HOST);
            }
            if (lower.startsWith("http://")
                    && !clients.spokenPlain(HostPort.of(host).orElseThrow())) {
                section.deferred(
                        "host",
                        "the notary host is addressed by plain http",
                        "Use https, with cert for a private CA, or list the host with its port in network.plainHttp.");
            }
            return host;
        } catch (URISyntaxException e) {
            section.error(
                    "host", "invalid url for notary host: " + e.getReason(), "Give a host, or https:// and a host.");
            return URI.create(DEFAULT_HOST);
        }
    }
}

package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.trust.Hash;
import dev.connaisseur.tuf.TrustedRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The TUF repositories of trusted roots that this process knows, and what it remembers of them: a new configuration that names one
 * again goes on with what was fetched, and nobody can go back behind it.
 */
public final class TrustRepositories {
    /** Where the public instance of sigstore keeps its trusted root. */
    private static final URI PUBLIC_GOOD = URI.create("https://tuf-repo-cdn.sigstore.dev");

    /** Its root of version 15; where it is from and how to check it stands in the page about validators. */
    private static final String PUBLIC_GOOD_ROOT = "public-good-root.json";

    /** Configurations come and go; whoever names more loses the memory of the oldest. */
    private static final int MOST = 100;

    private final HttpTransport transport;
    private final InstantSource clock;
    private final Map<String, RefreshedTrust> known = new LinkedHashMap<>();

    public TrustRepositories(HttpTransport transport, InstantSource clock) {
        this.transport = transport;
        this.clock = clock;
    }

    HttpTransport transport() {
        return transport;
    }

    /**
     * The repository of the configuration. Asks nobody.
     *
     * @param root a root.json of it
     * @throws dev.connaisseur.tuf.MetadataException if that is no root, or not signed by its own keys
     * @throws dev.connaisseur.json.MalformedJsonException if it is not strict JSON
     */
    RefreshedTrust at(URI base, byte[] root) {
        return at(base, root, Purpose.CONFIGURED);
    }

    /** The repository of the public instance of sigstore. Asks nobody. */
    RefreshedTrust publicGood() {
        try (InputStream root = TrustRepositories.class.getResourceAsStream(PUBLIC_GOOD_ROOT)) {
            return at(
                    PUBLIC_GOOD, Objects.requireNonNull(root, PUBLIC_GOOD_ROOT).readAllBytes(), Purpose.FEATURE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RefreshedTrust at(URI base, byte[] root, Purpose purpose) {
        TrustedRepository pinned = TrustedRepository.pinned(root);
        String key = base + " " + HexFormat.of().formatHex(Hash.SHA_256.of(root));
        synchronized (known) {
            RefreshedTrust trust = known.computeIfAbsent(
                    key, name -> new RefreshedTrust(new TrustRepository(transport, base, purpose), pinned, clock));
            if (known.size() > MOST) {
                known.remove(known.keySet().iterator().next());
            }
            return trust;
        }
    }
}

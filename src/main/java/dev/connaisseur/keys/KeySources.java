package dev.connaisseur.keys;

import dev.connaisseur.cloud.Exchange.Fetch;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.kubernetes.KubernetesApi;
import dev.connaisseur.trust.KeyReference;
import dev.connaisseur.trust.UnusableKeyException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.faulttolerance.exceptions.FaultToleranceException;

/** Every key that a configuration refers to, by its reference. Shared by the process: a key outlives a change of the configuration. */
public final class KeySources {
    /** What is read when a configuration is put in force, and not again while it is. */
    private static final Duration ONCE = Duration.ofDays(36_500);

    private final HttpTransport transport;
    private final Lookups lookups;
    private final SecretKeys secrets;
    private final Surroundings surroundings;
    private final Duration refresh;
    private final LongSupplier nanoTime;
    private final Map<KeyReference, HeldKey> held = new ConcurrentHashMap<>();

    /**
     * Asks nobody yet.
     *
     * @param cluster where Secrets are, if there is one
     * @param refresh after what time a key is asked for again
     */
    public KeySources(
            HttpTransport transport,
            Lookups lookups,
            Optional<KubernetesApi> cluster,
            Surroundings surroundings,
            Duration refresh) {
        this(transport, lookups, cluster, surroundings, refresh, System::nanoTime);
    }

    KeySources(
            HttpTransport transport,
            Lookups lookups,
            Optional<KubernetesApi> cluster,
            Surroundings surroundings,
            Duration refresh,
            LongSupplier nanoTime) {
        this.transport = transport;
        this.lookups = lookups;
        this.secrets = new SecretKeys(cluster);
        this.surroundings = surroundings;
        this.refresh = refresh;
        this.nanoTime = nanoTime;
    }

    /** Why a key on this machine cannot be used as things are; nobody else is asked. */
    public Optional<String> trouble(KeyReference reference) {
        LocalKeys local = new LocalKeys(surroundings);
        try {
            switch (reference) {
                case KeyReference.LocalFile file -> local.read(file);
                case KeyReference.Variable variable -> local.read(variable);
                default -> {
                    return Optional.empty();
                }
            }
            return Optional.empty();
        } catch (LookupException | UnusableKeyException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    /** Begins to fetch a key, again if it is held already: a configuration that refers to it has been put in force. */
    public void prepare(KeyReference reference) {
        HeldKey key = held(reference);
        key.due();
        key.prepare();
    }

    /**
     * The key as it was told last. Waits for it where it is not there yet.
     *
     * @throws LookupException if it is not to be had
     * @throws UnusableKeyException if it is none that we accept
     */
    public PublicKey key(KeyReference reference, Deadline deadline) {
        return held(reference).get(deadline);
    }

    private HeldKey held(KeyReference reference) {
        return held.computeIfAbsent(
                reference, wanted -> new HeldKey(wanted.text(), source(wanted), fetch(), interval(wanted), nanoTime));
    }

    private KeySource source(KeyReference reference) {
        return switch (reference) {
            case KeyReference.LocalFile file -> exchange -> new LocalKeys(surroundings).read(file);
            case KeyReference.Variable variable -> exchange -> new LocalKeys(surroundings).read(variable);
            case KeyReference.Web web -> exchange -> WebKeys.fetch(web, exchange);
            case KeyReference.Secret secret -> exchange -> secrets.read(secret, exchange);
            case KeyReference.Aws aws -> new AwsKeySource(aws, surroundings);
            case KeyReference.Azure azure -> new AzureKeySource(azure, surroundings);
            case KeyReference.Google google -> new GoogleKeySource(google, surroundings);
            case KeyReference.Vault vault -> new VaultKeySource(vault, surroundings);
        };
    }

    private Duration interval(KeyReference reference) {
        return switch (reference) {
            case KeyReference.Web web -> ONCE;
            case KeyReference.Variable variable -> ONCE;
            default -> refresh;
        };
    }

    private Fetch fetch() {
        return this::fetch;
    }

    /** The container's own time-out stands behind the deadline. */
    private HttpAnswer fetch(HttpCall call, Deadline deadline) {
        try {
            return lookups.fetch(transport, call, deadline);
        } catch (FaultToleranceException e) {
            throw new FinalException(Kind.TIMED_OUT, call.host(), call.host() + " did not answer in time", e);
        }
    }
}

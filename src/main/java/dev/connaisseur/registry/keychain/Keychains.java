package dev.connaisseur.registry.keychain;

import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.cloud.Exchange.Fetch;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.config.Login;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.registry.keychain.Provider.Loan;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/**
 * What the platform lets this process log in with: docker's configuration first, then the provider whose registry it is. Logins are
 * kept until shortly before they end, failures for a few seconds. Shared by the process.
 */
public final class Keychains {
    private static final int MAX_KEPT = 1000;
    private static final Duration FAILURE = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofHours(12);

    private final Surroundings surroundings;
    private final List<Provider> providers;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Kept> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > MAX_KEPT;
        }
    };

    private record Kept(Found found, long until) {}

    /**
     * The answer to a look-up.
     *
     * @param trouble why there is none although the platform should have one
     */
    public record Found(Optional<Login> login, Optional<String> trouble) {}

    /** For the variables of this process; only the time since the start of a look-up and signatures depend on the clock. */
    public Keychains(Map<String, String> environment, InstantSource clock) {
        this(new Surroundings(environment, clock), System::nanoTime);
    }

    private Keychains(Surroundings surroundings, LongSupplier nanoTime) {
        this(
                surroundings,
                List.of(
                        new AwsRegistries(surroundings),
                        new AzureRegistries(surroundings),
                        new GoogleRegistries(surroundings),
                        new GitHubTokens(surroundings)),
                nanoTime);
    }

    Keychains(Surroundings surroundings, List<Provider> providers, LongSupplier nanoTime) {
        this.surroundings = surroundings;
        this.providers = List.copyOf(providers);
        this.nanoTime = nanoTime;
    }

    /**
     * Looks for a login.
     *
     * @param fetch sends a request of the look-up
     */
    public Found find(
            String registry, String repository, BiFunction<HttpCall, Deadline, HttpAnswer> fetch, Deadline deadline) {
        Optional<Login> docker =
                dockerConfig().flatMap(file -> Secrets.dockerConfig(file).forRepository(registry + "/" + repository));
        if (docker.isPresent()) {
            return new Found(docker, Optional.empty());
        }
        return providers.stream()
                .filter(provider -> provider.covers(registry))
                .findFirst()
                .map(provider -> from(provider, registry, fetch::apply, deadline))
                .orElse(new Found(Optional.empty(), Optional.empty()));
    }

    private Optional<Path> dockerConfig() {
        return surroundings
                .variable("DOCKER_CONFIG")
                .or(() -> surroundings.variable("HOME").map(home -> home + "/.docker"))
                .map(directory -> Path.of(directory, "config.json"));
    }

    private Found from(Provider provider, String registry, Fetch fetch, Deadline deadline) {
        Optional<Found> known = known(registry);
        if (known.isPresent()) {
            return known.get();
        }
        try {
            Optional<Loan> loan = provider.login(registry, new Exchange(fetch, deadline));
            return keep(
                    registry,
                    new Found(loan.map(Loan::login), Optional.empty()),
                    loan.map(Loan::lifetime).orElse(FAILURE));
        } catch (LookupException e) {
            return keep(registry, new Found(Optional.empty(), Optional.ofNullable(e.getMessage())), FAILURE);
        }
    }

    private Optional<Found> known(String registry) {
        lock.lock();
        try {
            return Optional.ofNullable(kept.get(registry))
                    .filter(entry -> entry.until - nanoTime.getAsLong() > 0)
                    .map(Kept::found);
        } finally {
            lock.unlock();
        }
    }

    /** Kept for nine tenths of its time. */
    private Found keep(String registry, Found found, Duration lifetime) {
        Duration bounded = lifetime.isNegative() ? FAILURE : lifetime.compareTo(LONGEST) > 0 ? LONGEST : lifetime;
        lock.lock();
        try {
            kept.put(registry, new Kept(found, nanoTime.getAsLong() + bounded.toNanos() / 10 * 9));
        } finally {
            lock.unlock();
        }
        return found;
    }
}

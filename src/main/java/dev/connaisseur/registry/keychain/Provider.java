package dev.connaisseur.registry.keychain;

import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.config.Login;
import java.time.Duration;
import java.util.Optional;

/** One platform that gives credentials for its own registries. */
interface Provider {
    /** Whether the registry is one of this platform's. Nothing of it goes to any other. */
    boolean covers(String registry);

    /**
     * Asks the platform.
     *
     * @return empty where this process has no identity there
     * @throws dev.connaisseur.http.LookupException if the platform does not answer as it should
     */
    Optional<Loan> login(String registry, Exchange exchange);

    /**
     * A login for a while.
     *
     * @param lifetime how long it is good for
     */
    record Loan(Login login, Duration lifetime) {}
}

package dev.connaisseur.registry.keychain;

import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.config.Login;
import java.time.Duration;
import java.util.Optional;

/** GitHub's registry by {@code GITHUB_TOKEN}. */
record GitHubTokens(Surroundings surroundings) implements Provider {
    @Override
    public boolean covers(String registry) {
        return registry.equals("ghcr.io");
    }

    @Override
    public Optional<Loan> login(String registry, Exchange exchange) {
        return surroundings
                .variable("GITHUB_TOKEN")
                .map(token -> new Loan(new Login("unset", token, ""), Duration.ofMinutes(10)));
    }
}

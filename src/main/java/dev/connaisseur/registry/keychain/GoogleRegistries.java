package dev.connaisseur.registry.keychain;

import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.cloud.GoogleIdentity;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.config.Login;
import java.util.Optional;

/** Google's registries by the token of this process. */
record GoogleRegistries(Surroundings surroundings) implements Provider {
    @Override
    public boolean covers(String registry) {
        return registry.equals("gcr.io") || registry.endsWith(".gcr.io") || registry.endsWith(".pkg.dev");
    }

    @Override
    public Optional<Loan> login(String registry, Exchange exchange) {
        GoogleIdentity.Token token = new GoogleIdentity(surroundings).token(exchange);
        return Optional.of(new Loan(new Login("oauth2accesstoken", token.value(), ""), token.lifetime()));
    }
}

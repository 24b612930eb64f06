package dev.connaisseur.registry.keychain;

import dev.connaisseur.cloud.EntraIdentity;
import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.config.Login;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.Purpose;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Azure's registries: a token of Entra ID, exchanged by the registry itself for a refresh token.
 *
 * @see <a href="https://learn.microsoft.com/azure/container-registry/container-registry-authentication">registry authentication</a>
 */
final class AzureRegistries implements Provider {
    private static final List<String> DOMAINS = List.of(".azurecr.io", ".azurecr.cn", ".azurecr.us");
    private static final String RESOURCE = "https://containerregistry.azure.net";
    private static final String FORM = "application/x-www-form-urlencoded";

    /** Refresh tokens of a registry are good for three hours. */
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final Surroundings surroundings;
    private final UnaryOperator<String> registryAddress;

    AzureRegistries(Surroundings surroundings) {
        this(surroundings, registry -> "https://" + registry);
    }

    /** For tests: where a registry's own end points are. */
    AzureRegistries(Surroundings surroundings, UnaryOperator<String> registryAddress) {
        this.surroundings = surroundings;
        this.registryAddress = registryAddress;
    }

    @Override
    public boolean covers(String registry) {
        return DOMAINS.stream().anyMatch(registry::endsWith);
    }

    @Override
    public Optional<Loan> login(String registry, Exchange exchange) {
        String access = new EntraIdentity(surroundings).token(RESOURCE, exchange);
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("grant_type", "access_token");
        fields.put("service", registry);
        surroundings.variable("AZURE_TENANT_ID").ifPresent(tenant -> fields.put("tenant", tenant));
        fields.put("access_token", access);
        HttpCall call = HttpCall.post(
                URI.create(registryAddress.apply(registry) + "/oauth2/exchange"),
                Purpose.FEATURE,
                FORM,
                Exchange.form(fields));
        String refresh = Exchange.text(exchange.json(call), "refresh_token", call);
        return Optional.of(new Loan(new Login("", "", refresh), LIFETIME));
    }
}

package dev.connaisseur.registry.keychain;

import dev.connaisseur.config.Login;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.Purpose;
import jakarta.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Azure's registries by workload identity, a client secret or the machine's managed identity: a token of Entra ID, exchanged by the
 * registry itself for a refresh token.
 *
 * @see <a href="https://learn.microsoft.com/azure/container-registry/container-registry-authentication">registry authentication</a>
 */
final class AzureIdentity implements Provider {
    private static final List<String> DOMAINS = List.of(".azurecr.io", ".azurecr.cn", ".azurecr.us");
    private static final String AUDIENCE = "https://containerregistry.azure.net";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /** Refresh tokens of a registry are good for three hours. */
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final Surroundings surroundings;
    private final UnaryOperator<String> registryAddress;

    AzureIdentity(Surroundings surroundings) {
        this(surroundings, registry -> "https://" + registry);
    }

    /** For tests: where a registry's own end points are. */
    AzureIdentity(Surroundings surroundings, UnaryOperator<String> registryAddress) {
        this.surroundings = surroundings;
        this.registryAddress = registryAddress;
    }

    @Override
    public boolean covers(String registry) {
        return DOMAINS.stream().anyMatch(registry::endsWith);
    }

    @Override
    public Optional<Loan> login(String registry, Exchange exchange) {
        String access = accessToken(exchange);
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

    private String accessToken(Exchange exchange) {
        Optional<String> tenant = surroundings.variable("AZURE_TENANT_ID");
        Optional<String> client = surroundings.variable("AZURE_CLIENT_ID");
        Optional<String> assertion = surroundings.file("AZURE_FEDERATED_TOKEN_FILE");
        Optional<String> secret = surroundings.variable("AZURE_CLIENT_SECRET");
        if (tenant.isEmpty() || client.isEmpty() || (assertion.isEmpty() && secret.isEmpty())) {
            return managed(exchange, client);
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("client_id", client.get());
        fields.put("scope", AUDIENCE + "/.default");
        fields.put("grant_type", "client_credentials");
        if (assertion.isPresent()) {
            fields.put("client_assertion_type", ASSERTION);
            fields.put("client_assertion", assertion.get());
        } else {
            fields.put("client_secret", secret.orElse(""));
        }
        URI authority = surroundings.endpoint("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com");
        HttpCall call = HttpCall.post(
                URI.create(authority + "/" + tenant.get() + "/oauth2/v2.0/token"),
                Purpose.FEATURE,
                FORM,
                Exchange.form(fields));
        return Exchange.text(exchange.json(call), "access_token", call);
    }

    private String managed(Exchange exchange, Optional<String> client) {
        URI metadata = surroundings.endpoint("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254");
        Map<String, String> query = new LinkedHashMap<>();
        query.put("api-version", "2018-02-01");
        query.put("resource", AUDIENCE);
        client.ifPresent(id -> query.put("client_id", id));
        String path = "/metadata/identity/oauth2/token?" + new String(Exchange.form(query), StandardCharsets.US_ASCII);
        HttpCall call =
                HttpCall.get(URI.create(metadata + path), Purpose.FEATURE).header("Metadata", "true");
        JsonObject json = exchange.json(call);
        return Exchange.text(json, "access_token", call);
    }
}

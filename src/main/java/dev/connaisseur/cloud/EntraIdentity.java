package dev.connaisseur.cloud;

import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.Purpose;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens of Entra ID for this process at Azure: by workload identity, a client secret, or else the machine's managed identity.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow">client credentials</a>
 */
public record EntraIdentity(Surroundings surroundings) {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /**
     * An access token.
     *
     * @param resource for which service, without a slash at the end, e.g. {@code https://vault.azure.net}
     */
    public String token(String resource, Exchange exchange) {
        Optional<String> tenant = surroundings.variable("AZURE_TENANT_ID");
        Optional<String> client = surroundings.variable("AZURE_CLIENT_ID");
        Optional<String> assertion = surroundings.file("AZURE_FEDERATED_TOKEN_FILE");
        Optional<String> secret = surroundings.variable("AZURE_CLIENT_SECRET");
        if (tenant.isEmpty() || client.isEmpty() || (assertion.isEmpty() && secret.isEmpty())) {
            return managed(resource, exchange, client);
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("client_id", client.get());
        fields.put("scope", resource + "/.default");
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

    private String managed(String resource, Exchange exchange, Optional<String> client) {
        URI metadata = surroundings.endpoint("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254");
        Map<String, String> query = new LinkedHashMap<>();
        query.put("api-version", "2018-02-01");
        query.put("resource", resource);
        client.ifPresent(id -> query.put("client_id", id));
        String path = "/metadata/identity/oauth2/token?" + new String(Exchange.form(query), StandardCharsets.US_ASCII);
        HttpCall call =
                HttpCall.get(URI.create(metadata + path), Purpose.FEATURE).header("Metadata", "true");
        return Exchange.text(exchange.json(call), "access_token", call);
    }
}

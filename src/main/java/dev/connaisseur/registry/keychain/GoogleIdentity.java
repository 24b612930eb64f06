package dev.connaisseur.registry.keychain;

import dev.connaisseur.config.Login;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.Purpose;
import jakarta.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Google's registries by the identity that the metadata server gives to the workload.
 *
 * @see <a href="https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity">workload identity</a>
 */
record GoogleIdentity(Surroundings surroundings) implements Provider {
    private static final String PATH = "/computeMetadata/v1/instance/service-accounts/default/token";

    @Override
    public boolean covers(String registry) {
        return registry.equals("gcr.io") || registry.endsWith(".gcr.io") || registry.endsWith(".pkg.dev");
    }

    @Override
    public Optional<Loan> login(String registry, Exchange exchange) {
        String host = surroundings.variable("GCE_METADATA_HOST").orElse("169.254.169.254");
        HttpCall call = HttpCall.get(URI.create("http://" + host + PATH), Purpose.FEATURE)
                .header("Metadata-Flavor", "Google");
        JsonObject json = exchange.json(call);
        long seconds = Exchange.number(json, "expires_in").orElse(300L);
        Login login = new Login("oauth2accesstoken", Exchange.text(json, "access_token", call), "");
        return Optional.of(new Loan(login, Duration.ofSeconds(seconds)));
    }
}

package dev.connaisseur.keys;

import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HostPort;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.http.UnusableCertificateException;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The Vault of this process, by the variables that Vault's own programs read.
 *
 * @param address {@code VAULT_ADDR}
 * @param trust {@code VAULT_CACERT}, or the system's roots
 */
record VaultServer(URI address, TlsTrust trust, Surroundings surroundings) {
    private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    static VaultServer of(Surroundings surroundings) {
        if (surroundings.variable("VAULT_ADDR").isEmpty()) {
            throw unusable("VAULT_ADDR is not set");
        }
        URI address = surroundings.endpoint("VAULT_ADDR", "");
        HostPort server = HostPort.of(address).orElseThrow(() -> unusable("VAULT_ADDR is no address"));
        if (!"https".equalsIgnoreCase(address.getScheme()) && !server.loopback()) {
            throw unusable("VAULT_ADDR does not begin with https: no token is sent there");
        }
        try {
            return new VaultServer(
                    address,
                    surroundings.file("VAULT_CACERT").map(TlsTrust::of).orElse(TlsTrust.system()),
                    surroundings);
        } catch (UnusableCertificateException e) {
            throw unusable("the file that VAULT_CACERT names holds no certificates");
        }
    }

    HttpCall get(String path) {
        return common(HttpCall.get(URI.create(address + path), Purpose.CONFIGURED));
    }

    /** {@code VAULT_TOKEN}, or else the file that Vault's programs keep it in, or else by the service account of this Pod. */
    String token(Exchange exchange) {
        Optional<String> role = surroundings.variable("VAULT_ROLE");
        return surroundings
                .variable("VAULT_TOKEN")
                .or(() -> role.map(name -> byServiceAccount(name, exchange)))
                .orElseGet(() ->
                        Surroundings.read(surroundings.variable("HOME").orElse("/") + "/.vault-token", "VAULT_TOKEN"));
    }

    /**
     * Logs in at Vault's Kubernetes authentication.
     *
     * @see <a href="https://developer.hashicorp.com/vault/api-docs/auth/kubernetes#login">Login</a>
     */
    private String byServiceAccount(String role, Exchange exchange) {
        String jwt = surroundings.file("VAULT_JWT_FILE").orElseGet(() -> Surroundings.read(ACCOUNT, "VAULT_JWT_FILE"));
        String mount = path(surroundings.variable("VAULT_AUTH_PATH").orElse("kubernetes"));
        byte[] body = Json.createObjectBuilder()
                .add("role", role)
                .add("jwt", jwt)
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        HttpCall call = common(HttpCall.post(
                URI.create(address + "/v1/auth/" + mount + "/login"), Purpose.CONFIGURED, "application/json", body));
        if (exchange.json(call).get("auth") instanceof JsonObject auth) {
            return Exchange.text(auth, "client_token", call);
        }
        throw new FinalException(Kind.MALFORMED, call.host(), call.host() + " gave no client_token");
    }

    private HttpCall common(HttpCall call) {
        HttpCall marked = call.trust(trust).header("X-Vault-Request", "true");
        return surroundings
                .variable("VAULT_NAMESPACE")
                .map(namespace -> marked.header("X-Vault-Namespace", namespace))
                .orElse(marked);
    }

    /** A path of an engine, which may have parts. */
    static String path(String mount) {
        if (!mount.matches("\\w[\\w-]{0,100}(/\\w[\\w-]{0,100}){0,5}")) {
            throw unusable("a path of Vault is not made of names and slashes");
        }
        return mount;
    }

    private static FinalException unusable(String why) {
        return new FinalException(Kind.UNAUTHORIZED, "VAULT_ADDR", "Vault cannot be asked: " + why);
    }
}

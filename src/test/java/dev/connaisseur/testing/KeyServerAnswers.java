package dev.connaisseur.testing;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What each of {@link KeyServers} says to a request, if the request is what it should be. */
final class KeyServerAnswers {
    private static final Set<String> KEYS = Set.of(
            "kms.eu-central-1.amazonaws.com",
            "kms.example",
            "acme.vault.azure.net",
            "cloudkms.googleapis.com",
            "vault.example",
            "keys.example");
    private static final String TOKENS = "https://oauth2.googleapis.com/token";
    private static final String GOOGLE = "projects/p/locations/global/keyRings/r/cryptoKeys/release";

    /** Of whoever issues the projected tokens of service accounts. */
    private static final KeyPair CLUSTER = rsa();

    private static final KeyPair ACCOUNT = rsa();

    private volatile PublicKey key = CLUSTER.getPublic();

    static boolean handsOutKeys(String host) {
        return KEYS.contains(host);
    }

    void key(PublicKey next) {
        key = next;
    }

    Map<String, String> credentials(Path directory) throws IOException {
        Map<String, String> variables = new HashMap<>();
        variables.put("AWS_REGION", "eu-central-1");
        variables.put("AWS_ACCESS_KEY_ID", "AKID");
        variables.put("AWS_SECRET_ACCESS_KEY", "s3cr3t/+");
        variables.put("AZURE_TENANT_ID", "tenant-1");
        variables.put("AZURE_CLIENT_ID", "client-1");
        JsonObject claims = Json.createObjectBuilder()
                .add("aud", "api://AzureADTokenExchange")
                .add("sub", "system:serviceaccount:connaisseur:connaisseur")
                .build();
        String projected = Jwt.signed(claims, CLUSTER.getPrivate());
        variables.put("AZURE_FEDERATED_TOKEN_FILE", file(directory, "projected-token", projected + "\n"));
        JsonObject account = Json.createObjectBuilder()
                .add("type", "service_account")
                .add("client_email", "verifier@p.example")
                .add("private_key_id", "k1")
                .add("private_key", pem("PRIVATE KEY", ACCOUNT.getPrivate().getEncoded()))
                .add("token_uri", TOKENS)
                .build();
        variables.put("GOOGLE_APPLICATION_CREDENTIALS", file(directory, "google.json", account.toString()));
        variables.put("VAULT_ADDR", "https://vault.example");
        variables.put("VAULT_TOKEN", "vault-1");
        return variables;
    }

    private static String file(Path directory, String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    Answer answer(String host, HttpExchange exchange, byte[] body) {
        String path = exchange.getRequestURI().getPath();
        Headers headers = exchange.getRequestHeaders();
        return switch (host) {
            case "kms.eu-central-1.amazonaws.com", "kms.example" -> amazon(exchange, headers, body);
            case "sts.eu-central-1.amazonaws.com" -> amazonTokens(form(body));
            case "login.microsoftonline.com" -> entra(path, form(body));
            case "acme.vault.azure.net" -> azure(exchange, headers);
            case "oauth2.googleapis.com" -> googleTokens(form(body));
            case "cloudkms.googleapis.com" -> google(path, headers);
            case "vault.example" -> vault(path, headers, body);
            case "keys.example" -> path.equals("/release.pub") ? text(200, pem(key)) : text(403, "");
            default -> text(421, "");
        };
    }

    // ---- Amazon ----

    private Answer amazon(HttpExchange exchange, Headers headers, byte[] body) {
        boolean temporary = headers.containsKey("X-Amz-Security-Token");
        Optional<String> flaw = AwsRequest.flaw(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                headers,
                body,
                "eu-central-1",
                temporary ? "ASIA" : "AKID",
                temporary ? "temporary" : "s3cr3t/+",
                temporary ? "session-1" : "");
        if (flaw.isPresent() || !"TrentService.GetPublicKey".equals(headers.getFirst("X-Amz-Target"))) {
            return Answer.of(400, "{\"__type\":\"" + flaw.orElse("UnknownOperationException") + "\"}");
        }
        if (!json(body).getString("KeyId").endsWith("alias/release")) {
            return Answer.of(400, "{\"__type\":\"NotFoundException\"}");
        }
        return Answer.of(
                200,
                Json.createObjectBuilder()
                        .add("KeyUsage", "SIGN_VERIFY")
                        .add("PublicKey", Base64.getEncoder().encodeToString(key.getEncoded()))
                        .build()
                        .toString());
    }

    private Answer amazonTokens(Map<String, String> form) {
        boolean right = "AssumeRoleWithWebIdentity".equals(form.get("Action"))
                && "arn:aws:iam::123456789012:role/verifier".equals(form.get("RoleArn"))
                && Jwt.verified(form.getOrDefault("WebIdentityToken", ""), CLUSTER.getPublic())
                        .isPresent();
        return right
                ? text(
                        200,
                        "<r><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>temporary</SecretAccessKey>"
                                + "<SessionToken>session-1</SessionToken></Credentials></r>")
                : text(403, "<ErrorResponse/>");
    }

    // ---- Azure ----

    private Answer entra(String path, Map<String, String> form) {
        boolean assertion =
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".equals(form.get("client_assertion_type"))
                        && Jwt.verified(form.getOrDefault("client_assertion", ""), CLUSTER.getPublic())
                                .filter(claims -> claims.getString("aud").equals("api://AzureADTokenExchange"))
                                .isPresent();
        boolean right = path.equals("/tenant-1/oauth2/v2.0/token")
                && "client_credentials".equals(form.get("grant_type"))
                && "client-1".equals(form.get("client_id"))
                && "https://vault.azure.net/.default".equals(form.get("scope"))
                && (assertion || "cl!ent&secret".equals(form.get("client_secret")));
        return right ? Answer.of(200, "{\"access_token\":\"entra-1\",\"expires_in\":3599}") : Answer.of(401, "{}");
    }

    private Answer azure(HttpExchange exchange, Headers headers) {
        if (!"Bearer entra-1".equals(headers.getFirst("Authorization"))
                || !"api-version=7.4".equals(exchange.getRequestURI().getQuery())) {
            return Answer.of(401, "{}");
        }
        if (!exchange.getRequestURI().getPath().equals("/keys/release/")) {
            return Answer.of(404, "{}");
        }
        JsonObjectBuilder jwk = Json.createObjectBuilder().add("kid", "https://acme.vault.azure.net/keys/release/1");
        switch (key) {
            case ECPublicKey ec -> {
                int bits = ec.getParams().getCurve().getField().getFieldSize();
                jwk.add("kty", "EC-HSM")
                        .add("crv", "P-" + bits)
                        .add("x", number(ec.getW().getAffineX(), (bits + 7) / 8))
                        .add("y", number(ec.getW().getAffineY(), (bits + 7) / 8));
            }
            case RSAPublicKey rsa ->
                jwk.add("kty", "RSA")
                        .add("n", number(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8))
                        .add("e", number(rsa.getPublicExponent(), 3));
            default -> jwk.add("kty", "oct");
        }
        return Answer.of(
                200,
                Json.createObjectBuilder()
                        .add("key", jwk)
                        .add("attributes", Json.createObjectBuilder().add("enabled", true))
                        .build()
                        .toString());
    }

    private static String number(BigInteger number, int octets) {
        byte[] bytes = new byte[octets];
        byte[] signed = number.toByteArray();
        int length = Math.min(signed.length, octets);
        System.arraycopy(signed, signed.length - length, bytes, octets - length, length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    // ---- Google ----

    private Answer googleTokens(Map<String, String> form) {
        long now = Instant.now().getEpochSecond();
        boolean right = "urn:ietf:params:oauth:grant-type:jwt-bearer".equals(form.get("grant_type"))
                && Jwt.verified(form.getOrDefault("assertion", ""), ACCOUNT.getPublic())
                        .filter(claims -> claims.getString("iss").equals("verifier@p.example")
                                && claims.getString("aud").equals(TOKENS)
                                && claims.getString("scope").equals("https://www.googleapis.com/auth/cloud-platform")
                                && Math.abs(claims.getInt("iat") - now) < 300
                                && claims.getInt("exp") - claims.getInt("iat") <= 3600)
                        .isPresent();
        return right ? Answer.of(200, "{\"access_token\":\"google-1\",\"expires_in\":3599}") : Answer.of(401, "{}");
    }

    private Answer google(String path, Headers headers) {
        if (!"Bearer google-1".equals(headers.getFirst("Authorization"))) {
            return Answer.of(401, "{}");
        }
        if (path.equals("/v1/" + GOOGLE + "/cryptoKeyVersions")) {
            return Answer.of(
                    200,
                    "{\"cryptoKeyVersions\":[" + version(2, "ENABLED") + "," + version(10, "ENABLED") + ","
                            + version(11, "DISABLED") + "," + version(9, "ENABLED") + "]}");
        }
        String name = GOOGLE + "/cryptoKeyVersions/10";
        return path.equals("/v1/" + name + "/publicKey")
                ? Answer.of(
                        200,
                        Json.createObjectBuilder()
                                .add("name", name)
                                .add("pem", pem(key))
                                .build()
                                .toString())
                : Answer.of(404, "{}");
    }

    private static String version(int number, String state) {
        return "{\"name\":\"" + GOOGLE + "/cryptoKeyVersions/" + number + "\",\"state\":\"" + state + "\"}";
    }

    // ---- Vault ----

    private Answer vault(String path, Headers headers, byte[] body) {
        if (!"true".equals(headers.getFirst("X-Vault-Request"))) {
            return Answer.of(400, "{}");
        }
        if (path.equals("/v1/auth/kubernetes/login")) {
            JsonObject login = json(body);
            boolean right = login.getString("role").equals("verifier")
                    && Jwt.verified(login.getString("jwt"), CLUSTER.getPublic()).isPresent();
            return right ? Answer.of(200, "{\"auth\":{\"client_token\":\"vault-2\"}}") : Answer.of(403, "{}");
        }
        boolean known = Arrays.asList("vault-1", "vault-2").contains(headers.getFirst("X-Vault-Token"));
        if (!known || !path.equals("/v1/transit/keys/release")) {
            return Answer.of(known ? 404 : 403, "{\"errors\":[\"permission denied\"]}");
        }
        boolean edwards = key instanceof EdECPublicKey;
        byte[] encoded = key.getEncoded();
        String text = edwards
                ? Base64.getEncoder().encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))
                : pem(key);
        return Answer.of(
                200,
                Json.createObjectBuilder()
                        .add(
                                "data",
                                Json.createObjectBuilder()
                                        .add("latest_version", 2)
                                        .add(
                                                "keys",
                                                Json.createObjectBuilder()
                                                        .add(
                                                                "1",
                                                                Json.createObjectBuilder()
                                                                        .add("public_key", "old"))
                                                        .add(
                                                                "2",
                                                                Json.createObjectBuilder()
                                                                        .add("name", edwards ? "ed25519" : "P-256")
                                                                        .add("public_key", text))))
                        .build()
                        .toString());
    }

    // ---- forms ----

    private static Answer text(int status, String text) {
        return new Answer(status, Map.of("Content-Type", "text/plain"), text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> form(byte[] body) {
        Map<String, String> fields = new HashMap<>();
        for (String field : new String(body, StandardCharsets.US_ASCII).split("&", -1)) {
            String[] parts = field.split("=", 2);
            if (parts.length == 2) {
                fields.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return fields;
    }

    private static JsonObject json(byte[] body) {
        try (JsonReader reader = Json.createReader(new StringReader(new String(body, StandardCharsets.UTF_8)))) {
            return reader.readObject();
        }
    }

    static String pem(PublicKey key) {
        return pem("PUBLIC KEY", key.getEncoded());
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

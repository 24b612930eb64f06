package dev.connaisseur.cloud;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * What a service account signs to get a token.
 *
 * @param account its e-mail address
 * @param keyId names its key
 * @param key PEM, PKCS #8
 * @param audience who gives tokens
 * @see <a href="https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests">the documentation</a>
 */
record GoogleAssertion(String account, String keyId, String key, String audience) {
    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    /** A JSON Web Token that is good for ten minutes. */
    String signed(Instant now) {
        JsonObject header = Json.createObjectBuilder()
                .add("alg", "RS256")
                .add("typ", "JWT")
                .add("kid", keyId)
                .build();
        JsonObject claims = Json.createObjectBuilder()
                .add("iss", account)
                .add("scope", SCOPE)
                .add("aud", audience)
                .add("iat", now.getEpochSecond())
                .add("exp", now.plus(LIFETIME).getEpochSecond())
                .build();
        String text = encoded(header) + "." + encoded(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der())));
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw GoogleIdentity.unusable("has a private_key that cannot be used");
        }
    }

    private byte[] der() {
        return Base64.getMimeDecoder().decode(key.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", ""));
    }

    private static String encoded(JsonObject json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "GoogleAssertion[hidden]";
    }
}

package dev.connaisseur.keys;

import dev.connaisseur.trust.PublicKeys;
import dev.connaisseur.trust.UnusableKeyException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;

/**
 * Reads public keys in JSON. What they may be decides {@link PublicKeys}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7518#section-6">RFC 7518, 6</a>
 */
final class JsonWebKey {
    private JsonWebKey() {}

    /** Reads a key; the suffix {@code -HSM} of its type says where the private half is. */
    static PublicKey read(JsonObject key) {
        String type = text(key, "kty");
        try {
            return PublicKeys.accepted(
                    switch (type) {
                        case "EC", "EC-HSM" -> ec(key);
                        case "RSA", "RSA-HSM" ->
                            KeyFactory.getInstance("RSA")
                                    .generatePublic(new RSAPublicKeySpec(number(key, "n"), number(key, "e")));
                        default ->
                            throw new UnusableKeyException(
                                    "a key of type " + shown(type) + " cannot verify signatures");
                    });
        } catch (GeneralSecurityException e) {
            throw new UnusableKeyException("the key cannot be read", e);
        }
    }

    private static PublicKey ec(JsonObject key) throws GeneralSecurityException {
        String curve = text(key, "crv");
        String name = switch (curve) {
            case "P-256" -> "secp256r1";
            case "P-384" -> "secp384r1";
            case "P-521" -> "secp521r1";
            default ->
                throw new UnusableKeyException(
                        "the EC key's curve " + shown(curve) + " is not accepted, use P-256, P-384 or P-521");
        };
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        ECParameterSpec field = parameters.getParameterSpec(ECParameterSpec.class);
        ECPoint point = new ECPoint(number(key, "x"), number(key, "y"));
        int bits = field.getCurve().getField().getFieldSize();
        if (point.getAffineX().bitLength() > bits || point.getAffineY().bitLength() > bits) {
            throw new UnusableKeyException("the EC key is not a point on its curve");
        }
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, field));
    }

    private static BigInteger number(JsonObject key, String member) {
        try {
            return new BigInteger(1, Base64.getUrlDecoder().decode(text(key, member)));
        } catch (IllegalArgumentException e) {
            throw new UnusableKeyException("the key's " + member + " cannot be read", e);
        }
    }

    private static String text(JsonObject key, String member) {
        if (key.get(member) instanceof JsonString text) {
            return text.getString();
        }
        throw new UnusableKeyException("the key has no " + member);
    }

    private static String shown(String name) {
        return name.matches("[A-Za-z0-9-]{1,20}") ? name : "of an unreadable name";
    }
}

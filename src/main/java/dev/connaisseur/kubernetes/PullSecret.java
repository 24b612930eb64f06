package dev.connaisseur.kubernetes;

import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Reads Secrets that hold registry logins, in their two types.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets">Docker config Secrets</a>
 */
final class PullSecret {
    private static final String CONFIG = "kubernetes.io/dockerconfigjson";
    private static final String OLD_CONFIG = "kubernetes.io/dockercfg";

    private PullSecret() {}

    static Optional<byte[]> dockerConfig(JsonObject secret) {
        try {
            Fields fields = new Fields(secret);
            Fields data = fields.object("data").orElse(Fields.NONE);
            return switch (fields.string("type")) {
                case CONFIG -> Optional.of(decoded(data.string(".dockerconfigjson")));
                case OLD_CONFIG -> Optional.of(asAuths(decoded(data.string(".dockercfg"))));
                default -> Optional.empty();
            };
        } catch (Fields.WrongTypeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] decoded(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    /** The older form is what stands under {@code auths} in the newer one. */
    private static byte[] asAuths(byte[] old) {
        byte[] head = "{\"auths\":".getBytes(StandardCharsets.UTF_8);
        byte[] whole = new byte[head.length + old.length + 1];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(old, 0, whole, head.length, old.length);
        whole[whole.length - 1] = '}';
        return whole;
    }
}

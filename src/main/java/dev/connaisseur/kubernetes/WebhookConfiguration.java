package dev.connaisseur.kubernetes;

import dev.connaisseur.http.UnusableCertificateException;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A webhook configuration as the API server holds it.
 *
 * @param version of the object; changes with every change
 * @param bundles whom the API server believes, one for each of its webhooks; nobody where that cannot be read
 */
public record WebhookConfiguration(String version, List<CaBundle> bundles) {
    public WebhookConfiguration {
        bundles = List.copyOf(bundles);
    }

    /**
     * Reads the object.
     *
     * @throws Fields.WrongTypeException if it is no webhook configuration
     */
    static WebhookConfiguration read(JsonObject object) {
        Fields fields = new Fields(object);
        List<CaBundle> bundles = new ArrayList<>();
        for (Fields webhook : fields.objects("webhooks")) {
            bundles.add(
                    bundle(webhook.object("clientConfig").orElse(Fields.NONE).string("caBundle")));
        }
        return new WebhookConfiguration(
                fields.object("metadata").orElse(Fields.NONE).string("resourceVersion"), bundles);
    }

    private static CaBundle bundle(String base64) {
        try {
            return CaBundle.parse(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | UnusableCertificateException e) {
            return CaBundle.NONE;
        }
    }

    /** The JSON patch that gives every webhook of it this bundle, unless somebody has changed the object meanwhile. */
    String patch(CaBundle bundle) {
        String text = Base64.getEncoder().encodeToString(bundle.pem().getBytes(StandardCharsets.US_ASCII));
        JsonArrayBuilder patch = Json.createArrayBuilder()
                .add(Json.createObjectBuilder()
                        .add("op", "test")
                        .add("path", "/metadata/resourceVersion")
                        .add("value", version));
        for (int i = 0; i < bundles.size(); i++) {
            patch.add(Json.createObjectBuilder()
                    .add("op", "add")
                    .add("path", "/webhooks/" + i + "/clientConfig/caBundle")
                    .add("value", text));
        }
        return patch.build().toString();
    }
}

package dev.connaisseur.testing;

import dev.connaisseur.image.Digest;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.charset.StandardCharsets;

/** Small OCI images for an {@link EmbeddedRegistry}. */
public final class TestImage {
    public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    private TestImage() {}

    /** Pushes an image of one layer with this text and points the tag at it. */
    public static Digest push(EmbeddedRegistry registry, String repository, String tag, String text) {
        JsonArray layers = Json.createArrayBuilder()
                .add(descriptor(registry, LAYER, text.getBytes(StandardCharsets.UTF_8)))
                .build();
        return pushManifest(registry, repository, tag, layers);
    }

    /** Pushes an OCI manifest with an empty config and these layers. */
    public static Digest pushManifest(EmbeddedRegistry registry, String repository, String tag, JsonArray layers) {
        JsonObject manifest = Json.createObjectBuilder()
                .add("schemaVersion", 2)
                .add("mediaType", MANIFEST)
                .add("config", descriptor(registry, CONFIG, "{}".getBytes(StandardCharsets.UTF_8)))
                .add("layers", layers)
                .build();
        return registry.putManifest(
                repository, tag, MANIFEST, manifest.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Stores the content and describes it. */
    public static JsonObjectBuilder descriptor(EmbeddedRegistry registry, String mediaType, byte[] content) {
        return Json.createObjectBuilder()
                .add("mediaType", mediaType)
                .add("digest", registry.putBlob(content).toString())
                .add("size", content.length);
    }
}

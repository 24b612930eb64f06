package dev.connaisseur.registry;

import dev.connaisseur.image.Digest;
import dev.connaisseur.json.Limits;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.json.StrictJson;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads manifests so that no other reader can see something else in the same bytes: one type, said by header and document alike, and
 * only the members of that type, spelled exactly (readers written in Go take any case).
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">OCI image manifest</a>
 */
final class ManifestReader {
    private static final Limits LIMITS = new Limits(4 << 20, 24, 1 << 20);
    private static final Set<String> MEMBERS = Set.of(
            "schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "subject", "annotations");
    /** Members of Docker's first format; beside newer ones they would make a manifest of two readings. */
    private static final Set<String> SCHEMA_1 = Set.of("fsLayers", "history", "signatures");

    private ManifestReader() {}

    /**
     * Reads the bytes as what the header says.
     *
     * @param contentType the answer's header, absent where there was none
     * @throws MalformedManifestException if document and header do not agree on one thing that we know
     */
    static Manifest read(byte[] bytes, Optional<String> contentType) {
        JsonObject json = parse(bytes);
        refuseOtherSpellings(json);
        String type = type(json, contentType.map(MediaTypes::bare));
        boolean index = MediaTypes.isIndex(type);
        if (json.keySet().stream().anyMatch(SCHEMA_1::contains)) {
            throw new MalformedManifestException("mixes manifest formats");
        }
        refuse(json, index ? List.of("config", "layers") : List.of("manifests"), type);
        return new Manifest(
                type,
                bytes,
                index ? Optional.empty() : Optional.of(descriptor(required(json, "config"), "config")),
                index ? List.of() : descriptors(json, "layers"),
                index ? descriptors(json, "manifests") : List.of(),
                json.containsKey("subject")
                        ? Optional.of(descriptor(required(json, "subject"), "subject"))
                        : Optional.empty(),
                annotations(json, "annotations"),
                text(json, "artifactType"));
    }

    private static JsonObject parse(byte[] bytes) {
        try {
            return StrictJson.parseObject(bytes, LIMITS);
        } catch (MalformedJsonException e) {
            throw new MalformedManifestException("cannot be read: " + e.getMessage());
        }
    }

    private static void refuseOtherSpellings(JsonObject json) {
        for (String member : json.keySet()) {
            for (String known : MEMBERS) {
                if (member.equalsIgnoreCase(known) && !member.equals(known)) {
                    throw new MalformedManifestException(
                            "has a member that differs from \"" + known + "\" only in case");
                }
            }
        }
    }

    private static String type(JsonObject json, Optional<String> header) {
        Optional<String> own = text(json, "mediaType");
        String type =
                header.or(() -> own).orElseThrow(() -> new MalformedManifestException("comes without a media type"));
        boolean schema1 = json.get("schemaVersion") instanceof JsonNumber version && version.intValue() == 1;
        if (schema1 || MediaTypes.isSchema1(type)) {
            throw new MalformedManifestException("has Docker's schema 1, which is not supported");
        }
        if (!MediaTypes.isImage(type) && !MediaTypes.isIndex(type)) {
            throw new MalformedManifestException("has a media type that is none of an image or index");
        }
        if (own.isPresent() && !own.get().equals(type)) {
            throw new MalformedManifestException("says another media type than its Content-Type");
        }
        if (!(json.get("schemaVersion") instanceof JsonNumber version)
                || !version.isIntegral()
                || version.longValue() != 2) {
            throw new MalformedManifestException("is not of schema version 2");
        }
        return type;
    }

    private static void refuse(JsonObject json, List<String> members, String type) {
        for (String member : members) {
            if (json.containsKey(member)) {
                throw new MalformedManifestException(
                        "has \"" + member + "\", which its media type " + type + " does not have");
            }
        }
    }

    private static List<Descriptor> descriptors(JsonObject json, String member) {
        if (!(json.get(member) instanceof JsonArray array)) {
            throw new MalformedManifestException("has no list of \"" + member + "\"");
        }
        List<Descriptor> descriptors = new ArrayList<>(array.size());
        for (JsonValue entry : array) {
            descriptors.add(descriptor(entry, member));
        }
        return descriptors;
    }

    private static Descriptor descriptor(JsonValue value, String where) {
        if (!(value instanceof JsonObject json)) {
            throw new MalformedManifestException("has something else than a descriptor in \"" + where + "\"");
        }
        Digest digest = text(json, "digest")
                .flatMap(Digest::parse)
                .orElseThrow(() -> new MalformedManifestException(
                        "has a descriptor without a SHA-256 digest in \"" + where + "\""));
        if (!(json.get("size") instanceof JsonNumber size)
                || !size.isIntegral()
                || size.bigIntegerValue().signum() < 0
                || size.bigIntegerValue().bitLength() > 62) {
            throw new MalformedManifestException("has a descriptor without a size in \"" + where + "\"");
        }
        String type = text(json, "mediaType")
                .filter(given -> !given.isEmpty())
                .orElseThrow(() ->
                        new MalformedManifestException("has a descriptor without a media type in \"" + where + "\""));
        return new Descriptor(
                type,
                digest,
                size.longValue(),
                annotations(json, "annotations"),
                text(json, "artifactType"),
                platform(json));
    }

    private static Optional<Descriptor.Platform> platform(JsonObject json) {
        JsonValue value = json.get("platform");
        if (value == null || value.getValueType() == JsonValue.ValueType.NULL) {
            return Optional.empty();
        }
        if (!(value instanceof JsonObject platform)) {
            throw new MalformedManifestException("has a platform that is not a map");
        }
        List<String> features = new ArrayList<>();
        if (platform.get("os.features") instanceof JsonArray listed) {
            listed.forEach(feature -> features.add(feature.toString()));
        }
        return Optional.of(new Descriptor.Platform(
                lower(platform, "os"),
                lower(platform, "architecture"),
                lower(platform, "variant"),
                lower(platform, "os.version"),
                String.join(",", features)));
    }

    private static String lower(JsonObject json, String member) {
        return text(json, member).orElse("").toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> annotations(JsonObject json, String member) {
        JsonValue value = json.get(member);
        if (value == null || value.getValueType() == JsonValue.ValueType.NULL) {
            return Map.of();
        }
        if (!(value instanceof JsonObject map)) {
            throw new MalformedManifestException("has annotations that are not a map");
        }
        Map<String, String> annotations = new HashMap<>();
        for (Map.Entry<String, JsonValue> entry : map.entrySet()) {
            if (!(entry.getValue() instanceof JsonString text)) {
                throw new MalformedManifestException("has an annotation that is not a text");
            }
            annotations.put(entry.getKey(), text.getString());
        }
        return annotations;
    }

    private static JsonValue required(JsonObject json, String member) {
        JsonValue value = json.get(member);
        if (value == null) {
            throw new MalformedManifestException("has no \"" + member + "\"");
        }
        return value;
    }

    private static Optional<String> text(JsonObject json, String member) {
        JsonValue value = json.get(member);
        if (value == null || value.getValueType() == JsonValue.ValueType.NULL) {
            return Optional.empty();
        }
        if (value instanceof JsonString text) {
            return Optional.of(text.getString());
        }
        throw new MalformedManifestException("has a \"" + member + "\" that is not a text");
    }
}

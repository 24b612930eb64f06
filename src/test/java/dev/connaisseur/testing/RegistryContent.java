package dev.connaisseur.testing;

import dev.connaisseur.image.Digest;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What a registry holds, in memory. */
final class RegistryContent {
    private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<String, Repository> repositories = new ConcurrentSkipListMap<>();

    private record Repository(Map<Digest, String> manifests, Map<String, Digest> tags) {}

    Digest putBlob(byte[] content) {
        Digest digest = Digest.of(content);
        blobs.put(digest, content.clone());
        return digest;
    }

    Digest putManifest(String repository, String mediaType, byte[] content) {
        Digest digest = putBlob(content);
        repository(repository).manifests.put(digest, mediaType);
        return digest;
    }

    void tag(String repository, String tag, Digest digest) {
        repository(repository).tags.put(tag, digest);
    }

    void untag(String repository, String tag) {
        repository(repository).tags.remove(tag);
    }

    Optional<Digest> tagged(String repository, String tag) {
        return Optional.ofNullable(repositories.get(repository)).map(known -> known.tags.get(tag));
    }

    Optional<byte[]> blob(Digest digest) {
        return Optional.ofNullable(blobs.get(digest)).map(byte[]::clone);
    }

    Optional<String> mediaType(String repository, Digest manifest) {
        return Optional.ofNullable(repositories.get(repository)).map(known -> known.manifests.get(manifest));
    }

    /** Manifests whose {@code subject} is the digest, as descriptors, in a fixed order. */
    List<JsonObject> referrers(String repository, Digest subject) {
        Repository known = repositories.get(repository);
        if (known == null) {
            return List.of();
        }
        return known.manifests.entrySet().stream()
                .sorted(Map.Entry.comparingByKey((a, b) -> a.hex().compareTo(b.hex())))
                .flatMap(entry -> descriptor(entry.getKey(), entry.getValue(), subject).stream())
                .toList();
    }

    private Optional<JsonObject> descriptor(Digest digest, String mediaType, Digest subject) {
        byte[] content = blobs.get(digest);
        if (content == null) {
            return Optional.empty();
        }
        JsonObject manifest = json(content);
        JsonObject pointsTo = manifest.getJsonObject("subject");
        if (pointsTo == null || !pointsTo.getString("digest", "").equals(subject.toString())) {
            return Optional.empty();
        }
        String type = manifest.getString("artifactType", "");
        JsonObject config = manifest.getJsonObject("config");
        if (type.isEmpty() && config != null) {
            type = config.getString("mediaType", "");
        }
        var descriptor = Json.createObjectBuilder()
                .add("mediaType", mediaType)
                .add("digest", digest.toString())
                .add("size", content.length)
                .add("artifactType", type);
        if (manifest.containsKey("annotations")) {
            descriptor.add("annotations", manifest.getJsonObject("annotations"));
        }
        return Optional.of(descriptor.build());
    }

    /** Reads {@code repositories.json} and {@code blobs/sha256/HEX}. */
    void load(Path directory) {
        try {
            try (var files = Files.list(directory.resolve("blobs/sha256"))) {
                for (Path file : files.toList()) {
                    putBlob(Files.readAllBytes(file));
                }
            }
            JsonObject index = json(Files.readAllBytes(directory.resolve("repositories.json")));
            index.forEach((name, value) -> {
                Repository repository = repository(name);
                value.asJsonObject()
                        .getJsonObject("manifests")
                        .forEach((digest, type) -> repository.manifests.put(
                                Digest.parse(digest).orElseThrow(), ((JsonString) type).getString()));
                value.asJsonObject()
                        .getJsonObject("tags")
                        .forEach((tag, digest) -> repository.tags.put(
                                tag,
                                Digest.parse(((JsonString) digest).getString()).orElseThrow()));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Repository repository(String name) {
        return repositories.computeIfAbsent(
                name, n -> new Repository(new ConcurrentHashMap<>(), new ConcurrentSkipListMap<>()));
    }

    private static JsonObject json(byte[] content) {
        try (JsonReader reader = Json.createReader(new ByteArrayInputStream(content))) {
            return reader.readObject();
        }
    }
}

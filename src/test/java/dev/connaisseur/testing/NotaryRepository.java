package dev.connaisseur.testing;

import dev.connaisseur.image.Digest;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A Notary v1 repository that signs with its own keys. Every role's content, version, expiry, signers and declared hashes can be
 * bent before {@link #publish()}; everything else then still fits, so that exactly one thing is wrong.
 */
public final class NotaryRepository {
    public static final Instant EXPIRES = Instant.parse("2036-01-01T00:00:00Z");

    private final Map<String, List<NotaryKey>> keys = new TreeMap<>();
    private final Map<String, List<NotaryKey>> signers = new HashMap<>();
    private final Map<String, Integer> thresholds = new HashMap<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final Map<String, Instant> expires = new HashMap<>();
    private final Map<String, List<String>> paths = new HashMap<>();
    private final Map<String, Map<String, Digest>> targets = new TreeMap<>();
    private final Map<String, UnaryOperator<JsonObject>> edits = new HashMap<>();
    private final Map<String, UnaryOperator<byte[]>> bends = new HashMap<>();
    private final Map<String, UnaryOperator<JsonObject>> declared = new HashMap<>();
    private final List<String> unlisted = new ArrayList<>();

    private NotaryRepository() {
        keys.put("root", List.of(NotaryKey.ecdsaX509()));
        keys.put("targets", List.of(NotaryKey.ecdsa()));
        keys.put("snapshot", List.of(NotaryKey.ecdsa()));
        keys.put("timestamp", List.of(NotaryKey.ed25519()));
        targets.put("targets", new TreeMap<>());
    }

    /** A repository as the real client makes one: an X.509 root, an Ed25519 timestamp, no target, no delegation. */
    public static NotaryRepository create() {
        return new NotaryRepository();
    }

    // ---- content ----

    public NotaryRepository target(String name, Digest digest) {
        return target("targets", name, digest);
    }

    /** Signs a target by a role: {@code targets} or a delegation that was declared before. */
    public NotaryRepository target(String role, String name, Digest digest) {
        targets.computeIfAbsent(role, any -> new TreeMap<>()).put(name, digest);
        return this;
    }

    /** Declares a delegation; it has a file only if {@link #target} gives it one. */
    public NotaryRepository delegation(String role, NotaryKey... its) {
        keys.put(role, List.of(its));
        return this;
    }

    public NotaryRepository withoutDelegation(String role) {
        keys.remove(role);
        targets.remove(role);
        return this;
    }

    public NotaryRepository paths(String role, String... allowed) {
        paths.put(role, List.of(allowed));
        return this;
    }

    // ---- trust ----

    public NotaryKey key(String role) {
        return keysOf(role).getFirst();
    }

    public List<NotaryKey> keysOf(String role) {
        return keys.getOrDefault(role, List.of());
    }

    /** Who is declared for a role, and signs for it unless {@link #signers} says otherwise. */
    public NotaryRepository keys(String role, NotaryKey... declaredKeys) {
        keys.put(role, List.of(declaredKeys));
        return this;
    }

    public NotaryRepository signers(String role, NotaryKey... signing) {
        signers.put(role, List.of(signing));
        return this;
    }

    public NotaryRepository threshold(String role, int threshold) {
        thresholds.put(role, threshold);
        return this;
    }

    public NotaryRepository version(String role, long version) {
        versions.put(role, version);
        return this;
    }

    public NotaryRepository expires(String role, Instant at) {
        expires.put(role, at);
        return this;
    }

    // ---- bending ----

    /** Changes what a role says before it is signed. */
    public NotaryRepository edit(String role, UnaryOperator<JsonObject> change) {
        edits.put(role, change);
        return this;
    }

    /** Changes a role's finished file; hashes of it are still made over the bent bytes. */
    public NotaryRepository bend(String role, UnaryOperator<byte[]> change) {
        bends.put(role, change);
        return this;
    }

    /** Changes what snapshot or timestamp say about a role's file. */
    public NotaryRepository declare(String role, UnaryOperator<JsonObject> change) {
        declared.put(role, change);
        return this;
    }

    /** Leaves a role out of the snapshot. */
    public NotaryRepository unlisted(String role) {
        unlisted.add(role);
        return this;
    }

    /** Signs every role anew and returns the files by role. Does not count versions up. */
    public Map<String, byte[]> publish() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("root", file("root", root()));
        List<String> roles = new ArrayList<>(targets.keySet());
        for (String role : roles) {
            files.put(role, file(role, targets(role)));
        }
        Map<String, byte[]> listed = new TreeMap<>(files);
        unlisted.forEach(listed::remove);
        files.put("snapshot", file("snapshot", listing("snapshot", listed)));
        files.put("timestamp", file("timestamp", listing("timestamp", Map.of("snapshot", files.get("snapshot")))));
        return files;
    }

    /** Counts the versions of these roles up. */
    public NotaryRepository next(String... roles) {
        for (String role : roles) {
            versions.merge(role, 2L, (old, two) -> old + 1);
        }
        return this;
    }

    // ---- files ----

    private JsonObject root() {
        JsonObjectBuilder all = Json.createObjectBuilder();
        JsonObjectBuilder roles = Json.createObjectBuilder();
        for (String role : List.of("root", "snapshot", "targets", "timestamp")) {
            keysOf(role).forEach(key -> all.add(key.id(), key.json()));
            roles.add(role, role(role));
        }
        return head("root", "Root")
                .add("consistent_snapshot", false)
                .add("keys", all)
                .add("roles", roles)
                .build();
    }

    private JsonObject targets(String role) {
        JsonObjectBuilder signed = Json.createObjectBuilder();
        targets.getOrDefault(role, Map.of())
                .forEach((name, digest) -> signed.add(
                        name,
                        Json.createObjectBuilder()
                                .add("hashes", Json.createObjectBuilder().add("sha256", base64(digest)))
                                .add("length", 401)));
        JsonObjectBuilder ring = Json.createObjectBuilder();
        JsonArrayBuilder roles = Json.createArrayBuilder();
        for (String below : keys.keySet()) {
            if (below.startsWith(role + "/") && below.indexOf('/', role.length() + 1) < 0) {
                keysOf(below).forEach(key -> ring.add(key.id(), key.json()));
                roles.add(Json.createObjectBuilder(role(below))
                        .add("name", below)
                        .add("paths", Json.createArrayBuilder(paths.getOrDefault(below, List.of("")))));
            }
        }
        return head(role, "Targets")
                .add("delegations", Json.createObjectBuilder().add("keys", ring).add("roles", roles))
                .add("targets", signed)
                .build();
    }

    private JsonObject listing(String role, Map<String, byte[]> files) {
        JsonObjectBuilder meta = Json.createObjectBuilder();
        files.forEach((name, bytes) -> {
            JsonObject entry = Json.createObjectBuilder()
                    .add(
                            "hashes",
                            Json.createObjectBuilder()
                                    .add("sha256", hash("SHA-256", bytes))
                                    .add("sha512", hash("SHA-512", bytes)))
                    .add("length", bytes.length)
                    .build();
            meta.add(name, declared.getOrDefault(name, UnaryOperator.identity()).apply(entry));
        });
        return head(role, role.equals("snapshot") ? "Snapshot" : "Timestamp")
                .add("meta", meta)
                .build();
    }

    private JsonObjectBuilder head(String role, String type) {
        return Json.createObjectBuilder()
                .add("_type", type)
                .add("expires", expires.getOrDefault(role, EXPIRES).toString())
                .add("version", versions.getOrDefault(role, 1L));
    }

    private JsonObject role(String role) {
        Collection<NotaryKey> its = keysOf(role);
        JsonArrayBuilder ids = Json.createArrayBuilder();
        its.forEach(key -> ids.add(key.id()));
        return Json.createObjectBuilder()
                .add("keyids", ids)
                .add("threshold", thresholds.getOrDefault(role, 1))
                .build();
    }

    private byte[] file(String role, JsonObject said) {
        JsonObject signed = edits.getOrDefault(role, UnaryOperator.identity()).apply(said);
        byte[] file = sign(signed, signers.getOrDefault(role, keysOf(role)));
        return bends.getOrDefault(role, UnaryOperator.identity()).apply(file);
    }

    /** A role file: {@code signed} with a signature by each key. Names must be ASCII without quotes. */
    public static byte[] sign(JsonObject signed, List<NotaryKey> by) {
        byte[] message = sorted(signed).toString().getBytes(StandardCharsets.UTF_8);
        JsonArrayBuilder signatures = Json.createArrayBuilder();
        for (NotaryKey key : by) {
            signatures.add(Json.createObjectBuilder()
                    .add("keyid", key.id())
                    .add("method", key.method())
                    .add("sig", Base64.getEncoder().encodeToString(key.sign(message))));
        }
        return Json.createObjectBuilder()
                .add("signed", signed)
                .add("signatures", signatures)
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static JsonValue sorted(JsonValue value) {
        if (value instanceof JsonObject object) {
            JsonObjectBuilder ordered = Json.createObjectBuilder();
            new TreeMap<>(object).forEach((name, member) -> ordered.add(name, sorted(member)));
            return ordered.build();
        }
        if (value.getValueType() == JsonValue.ValueType.ARRAY) {
            JsonArrayBuilder list = Json.createArrayBuilder();
            value.asJsonArray().forEach(element -> list.add(sorted(element)));
            return list.build();
        }
        return value;
    }

    private static String base64(Digest digest) {
        return Base64.getEncoder().encodeToString(java.util.HexFormat.of().parseHex(digest.hex()));
    }

    private static String hash(String algorithm, byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

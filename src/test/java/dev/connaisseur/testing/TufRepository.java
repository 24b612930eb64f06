package dev.connaisseur.testing;

import com.sun.net.httpserver.HttpServer;
import dev.connaisseur.trust.Hash;
import dev.connaisseur.tuf.CanonicalJson;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A TUF repository with consistent snapshots and one target, {@code trusted_root.json}: its owner's keys, its files, and a server
 * for them. Each change is published by {@link #publish}.
 */
public final class TufRepository implements AutoCloseable {
    public static final String TARGET = "trusted_root.json";

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final List<KeyPair> rootKeys = new ArrayList<>();
    private final Instant now;
    private KeyPair online = newKey();
    private byte[] target;
    private int rootVersion = 1;
    private int version = 1;
    private Map<String, Duration> lives = new LinkedHashMap<>();
    private volatile boolean down;

    private TufRepository(byte[] target, Instant now) {
        this.target = target.clone();
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
        rootKeys.add(newKey());
        rootKeys.add(newKey());
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                String path = exchange.getRequestURI().getPath().substring(1);
                asked.add(path);
                byte[] content = files.get(path);
                if (down) {
                    exchange.sendResponseHeaders(503, -1);
                } else if (content == null) {
                    exchange.sendResponseHeaders(404, -1);
                } else {
                    exchange.sendResponseHeaders(200, content.length);
                    exchange.getResponseBody().write(content);
                }
            }
        });
    }

    /** A repository that is served from now on, its first generation published. */
    public static TufRepository serve(String trustedRoot, Instant now) {
        TufRepository repository = new TufRepository(trustedRoot.getBytes(StandardCharsets.UTF_8), now);
        repository.publish();
        repository.server.start();
        return repository;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The root of a version as it was published. */
    public byte[] root(int wanted) {
        return Objects.requireNonNull(files.get(wanted + ".root.json")).clone();
    }

    public String rootText(int wanted) {
        return new String(root(wanted), StandardCharsets.UTF_8);
    }

    public byte[] file(String path) {
        return find(path).orElseThrow();
    }

    public Optional<byte[]> find(String path) {
        return Optional.ofNullable(files.get(path)).map(byte[]::clone);
    }

    /** Replaces one file, whatever it then says. */
    public void put(String path, byte[] content) {
        files.put(path, content.clone());
    }

    public void remove(String path) {
        files.remove(path);
    }

    /** What was asked for, in order. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    public void forgetAsked() {
        asked.clear();
    }

    /** Answers nothing but 503 while it is down. */
    public void down(boolean now) {
        down = now;
    }

    /** How long a role's next files live; a day where nothing is said. */
    public TufRepository life(String role, Duration life) {
        lives.put(role, life);
        return this;
    }

    public TufRepository target(String content) {
        target = content.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** The next root has another key in place of the first, and other online keys; signed by old and new. */
    public void rotate() {
        List<KeyPair> before = List.copyOf(rootKeys);
        rootKeys.set(0, newKey());
        online = newKey();
        rootVersion++;
        List<KeyPair> signers = new ArrayList<>(before);
        signers.add(rootKeys.getFirst());
        put(rootVersion + ".root.json", signed(root(), signers));
        publish();
    }

    /** The next root has other keys and only they sign it. */
    public void seize() {
        rootKeys.clear();
        rootKeys.add(newKey());
        rootKeys.add(newKey());
        rootVersion++;
        put(rootVersion + ".root.json", signed(root(), rootKeys));
    }

    /** Signs a new generation of all roles below the root, and the first root if there is none. */
    public void publish() {
        publish(version++);
    }

    /** The same under a version of one's choice. */
    public void publish(int as) {
        if (rootVersion == 1) {
            put("1.root.json", signed(root(), rootKeys));
        }
        String hash = HexFormat.of().formatHex(Hash.SHA_256.of(target));
        put("targets/" + hash + "." + TARGET, target);
        JsonObjectBuilder targets =
                role("targets", as).add("targets", Json.createObjectBuilder().add(TARGET, described(target)));
        put(as + ".targets.json", signed(targets.build(), List.of(online)));
        put(as + ".snapshot.json", signed(listing("snapshot", "targets.json", as), List.of(online)));
        put("timestamp.json", signed(listing("timestamp", "snapshot.json", as), List.of(online)));
    }

    private JsonObject root() {
        JsonObjectBuilder keys = Json.createObjectBuilder();
        rootKeys.forEach(key -> keys.add(id(key), key(key)));
        keys.add(id(online), key(online));
        JsonObjectBuilder roles = Json.createObjectBuilder().add("root", threshold(rootKeys, 2));
        List.of("timestamp", "snapshot", "targets").forEach(name -> roles.add(name, threshold(List.of(online), 1)));
        return role("root", rootVersion)
                .add("consistent_snapshot", true)
                .add("keys", keys)
                .add("roles", roles)
                .build();
    }

    private JsonObject listing(String role, String listed, int as) {
        return role(role, as)
                .add(
                        "meta",
                        Json.createObjectBuilder()
                                .add(listed, Json.createObjectBuilder().add("version", as)))
                .build();
    }

    private JsonObjectBuilder role(String type, int as) {
        return Json.createObjectBuilder()
                .add("_type", type)
                .add("spec_version", "1.0.31")
                .add("version", as)
                .add(
                        "expires",
                        now.plus(lives.getOrDefault(type, Duration.ofDays(1))).toString());
    }

    private static JsonObjectBuilder threshold(List<KeyPair> keys, int threshold) {
        JsonArrayBuilder ids = Json.createArrayBuilder();
        keys.forEach(key -> ids.add(id(key)));
        return Json.createObjectBuilder().add("keyids", ids).add("threshold", threshold);
    }

    private static JsonObjectBuilder described(byte[] content) {
        return Json.createObjectBuilder()
                .add("length", content.length)
                .add(
                        "hashes",
                        Json.createObjectBuilder().add("sha256", HexFormat.of().formatHex(Hash.SHA_256.of(content))));
    }

    private static JsonObject key(KeyPair pair) {
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        return Json.createObjectBuilder()
                .add("keytype", "ecdsa")
                .add("scheme", "ecdsa-sha2-nistp256")
                .add("keyval", Json.createObjectBuilder().add("public", pem))
                .build();
    }

    private static String id(KeyPair pair) {
        return HexFormat.of().formatHex(Hash.SHA_256.of(CanonicalJson.of(key(pair))));
    }

    private static byte[] signed(JsonObject role, List<KeyPair> signers) {
        byte[] message = CanonicalJson.of(role);
        JsonArrayBuilder signatures = Json.createArrayBuilder();
        for (KeyPair signer : signers) {
            signatures.add(Json.createObjectBuilder()
                    .add("keyid", id(signer))
                    .add("sig", HexFormat.of().formatHex(sign(signer, message))));
        }
        return Json.createObjectBuilder()
                .add("signatures", signatures)
                .add("signed", role)
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] sign(KeyPair pair, byte[] message) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

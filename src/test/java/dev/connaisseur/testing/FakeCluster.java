package dev.connaisseur.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.connaisseur.kubernetes.ClusterAccess;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The side of a Kubernetes API server on loopback that we use: HTTPS by its own authority, one bearer token, objects by path. */
public final class FakeCluster implements AutoCloseable {
    private final HttpsServer server;
    private final Path serviceAccount;
    private final Map<String, String> objects = new ConcurrentHashMap<>();
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger patches = new AtomicInteger(1000);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String token = "token-1";
    private volatile boolean silent;

    private FakeCluster(HttpsServer server, Path serviceAccount) {
        this.server = server;
        this.serviceAccount = serviceAccount;
    }

    /** Starts it.
     *
     * @param serviceAccount a directory that gets {@code token} and {@code ca.crt} */
    public static FakeCluster open(Path serviceAccount) {
        try {
            TestAuthority authority = TestAuthority.create("cluster");
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(authority.server()));
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            FakeCluster cluster = new FakeCluster(server, serviceAccount);
            Files.writeString(serviceAccount.resolve("ca.crt"), authority.pem());
            Files.writeString(serviceAccount.resolve("token"), cluster.token + "\n");
            server.createContext("/", cluster::answer);
            server.start();
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ClusterAccess access() {
        URI uri = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
        return new ClusterAccess(uri, serviceAccount.resolve("token"), serviceAccount.resolve("ca.crt"));
    }

    /** Puts an object; {@code '} stands for {@code "}. */
    public void put(String path, String json) {
        objects.put(path, json.replace('\'', '"'));
    }

    /** Answers this path with a status and no object. */
    public void fail(String path, int status) {
        statuses.put(path, status);
    }

    /** The old token is not accepted any more; the file has the new one. */
    public void rotateToken(String next) {
        try {
            Files.writeString(serviceAccount.resolve("token"), next);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        token = next;
    }

    /** From now on requests are accepted and never answered. */
    public void fallSilent() {
        silent = true;
    }

    /** Method and path of every request, in order. */
    public List<String> asked() {
        return asked;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            asked.add(exchange.getRequestMethod() + " " + path);
            if (silent) {
                closed.await(30, TimeUnit.SECONDS);
            }
            byte[] sent = exchange.getRequestBody().readAllBytes();
            boolean known =
                    ("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            String object = objects.get(path);
            int status = known && exchange.getRequestMethod().equals("PATCH") && !statuses.containsKey(path)
                    ? patch(path, sent)
                    : known ? statuses.getOrDefault(path, object == null ? 404 : 200) : 401;
            String now = objects.get(path);
            byte[] body =
                    (status == 200 && now != null ? now : "{\"kind\":\"Status\"}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Applies a JSON patch; the object has another version afterwards. */
    private int patch(String path, byte[] sent) {
        String before = objects.get(path);
        if (before == null) {
            return 404;
        }
        try (JsonReader patch = Json.createReader(new ByteArrayInputStream(sent));
                JsonReader object = Json.createReader(new StringReader(before))) {
            JsonObject after = Json.createPatch(patch.readArray()).apply(object.readObject());
            String version = Integer.toString(patches.incrementAndGet());
            objects.put(
                    path,
                    Json.createPointer("/metadata/resourceVersion")
                            .add(after, Json.createValue(version))
                            .toString());
            return 200;
        } catch (JsonException e) {
            return 422;
        }
    }

    /** The object at a path as it is now. */
    public String object(String path) {
        return Optional.ofNullable(objects.get(path)).orElseThrow();
    }

    /** The path is answered as usual again. */
    public void mend(String path) {
        statuses.remove(path);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}

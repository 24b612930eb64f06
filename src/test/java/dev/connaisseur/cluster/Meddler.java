package dev.connaisseur.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.connaisseur.testing.TestAuthority;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Somebody else's mutating webhook: it comes after ours and writes into the object what it likes. */
final class Meddler implements AutoCloseable {
    private final TestAuthority authority = TestAuthority.create("meddler");
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, String> patches;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private Meddler(HttpsServer server, Map<String, String> patches) {
        this.server = server;
        this.patches = patches;
    }

    /** Starts it.
     *
     * @param patches JSON patches by the name of the webhook */
    static Meddler open(Map<String, String> patches) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Meddler meddler = new Meddler(server, patches);
        server.setHttpsConfigurator(new HttpsConfigurator(meddler.authority.server()));
        server.setExecutor(meddler.threads);
        server.createContext("/", meddler::answer);
        server.start();
        return meddler;
    }

    /** Its webhooks: each for objects with the label {@code meddle} and its name. */
    void register(Kubectl kubectl) {
        for (String name : patches.keySet()) {
            String selector = "  objectSelector: {matchLabels: {meddle: " + name + "}}\n";
            kubectl.feed(
                            Manifests.webhook(
                                    "MutatingWebhookConfiguration",
                                    "/" + name,
                                    server.getAddress().getPort(),
                                    authority.pem(),
                                    "v1",
                                    "zz-" + name, // the API server asks in the order of the names
                                    selector),
                            "apply",
                            "-f",
                            "-")
                    .done();
        }
    }

    void unregister(Kubectl kubectl) {
        for (String name : patches.keySet()) {
            kubectl.run("delete", "mutatingwebhookconfiguration", "zz-" + name).done();
        }
    }

    Set<String> names() {
        return patches.keySet();
    }

    /** How many reviews this webhook has answered. */
    long asked(String name) {
        return asked.stream().filter(name::equals).count();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange;
                var reader = Json.createReader(exchange.getRequestBody())) {
            String uid = reader.readObject().getJsonObject("request").getString("uid");
            String name = exchange.getRequestURI().getPath().substring(1);
            String patch = patches.get(name);
            asked.add(name);
            JsonObject review = Json.createObjectBuilder()
                    .add("apiVersion", "admission.k8s.io/v1")
                    .add("kind", "AdmissionReview")
                    .add(
                            "response",
                            Json.createObjectBuilder()
                                    .add("uid", uid)
                                    .add("allowed", true)
                                    .add("patchType", "JSONPatch")
                                    .add(
                                            "patch",
                                            Base64.getEncoder()
                                                    .encodeToString(String.valueOf(patch)
                                                            .getBytes(StandardCharsets.UTF_8))))
                    .build();
            byte[] body = review.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

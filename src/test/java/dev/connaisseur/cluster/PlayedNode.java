package dev.connaisseur.cluster;

import dev.connaisseur.testing.ServerProcess;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node without a kubelet: pods that the scheduler gives it are said to run. Only the controller's do: as the shipped server, a process
 * that listens at the pod's address, with the pod's variables and the ConfigMaps and Secrets that it mounts. The addresses lie in a
 * range for tests that {@link Addresses} makes this machine's own.
 */
final class PlayedNode implements AutoCloseable {
    private static final String NAME = "node-1";
    private final ControlPlane plane;
    private final Path directory;
    private final AtomicInteger addresses = new AtomicInteger(1);
    private final Map<String, ServerProcess> processes = new ConcurrentHashMap<>();
    private final Map<String, String> running = new ConcurrentHashMap<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private volatile boolean closed;

    private PlayedNode(ControlPlane plane, Path directory) {
        this.plane = plane;
        this.directory = directory;
    }

    /** Registers the node and begins to play it. */
    static PlayedNode join(ControlPlane plane, Path directory) {
        PlayedNode node = new PlayedNode(plane, directory);
        plane.api().post("/api/v1/nodes", """
                {"metadata": {"name": "%s", "labels": {"kubernetes.io/hostname": "%s"}}}""".formatted(NAME, NAME));
        plane.api().patchStatus("/api/v1/nodes/" + NAME, """
                {"status": {"capacity": {"cpu": "8", "memory": "16Gi", "pods": "50", "ephemeral-storage": "50Gi"},
                  "allocatable": {"cpu": "8", "memory": "16Gi", "pods": "50", "ephemeral-storage": "50Gi"},
                  "conditions": [{"type": "Ready", "status": "True"}]}}""");
        // Each new node is tainted until a kubelet and a controller say otherwise.
        plane.api().patch("/api/v1/nodes/" + NAME, "{\"spec\": {\"taints\": null}}");
        node.thread.execute(node::play);
        return node;
    }

    private void play() {
        try {
            while (!closed) {
                for (JsonValue pod : plane.api()
                        .get("/api/v1/pods?fieldSelector=spec.nodeName=" + NAME)
                        .getJsonArray("items")) {
                    look(pod.asJsonObject());
                }
                TimeUnit.MILLISECONDS.sleep(300);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(JsonObject pod) {
        JsonObject metadata = pod.getJsonObject("metadata");
        String uid = metadata.getString("uid");
        String path = "/api/v1/namespaces/" + metadata.getString("namespace") + "/pods/" + metadata.getString("name");
        if (metadata.containsKey("deletionTimestamp")) {
            ServerProcess process = processes.remove(uid);
            if (process != null) {
                process.close();
            }
            plane.api().delete(path + "?gracePeriodSeconds=0");
            return;
        }
        String address = running.computeIfAbsent(uid, key -> Addresses.of(addresses.getAndIncrement()));
        boolean ours = metadata.getJsonObject("labels") != null && isController(pod);
        if (ours && !processes.containsKey(uid)) {
            processes.put(uid, start(pod, address));
        }
        boolean ready = !ours || Addresses.answers(address, "/health/ready");
        plane.api().patchStatus(path, status(pod, address, ready));
    }

    private static boolean isController(JsonObject pod) {
        return pod.getJsonObject("spec")
                .getJsonArray("containers")
                .getJsonObject(0)
                .getString("name")
                .equals("connaisseur");
    }

    private static String status(JsonObject pod, String address, boolean ready) {
        JsonObject container =
                pod.getJsonObject("spec").getJsonArray("containers").getJsonObject(0);
        return """
                {"status": {"phase": "Running", "podIP": "%1$s", "podIPs": [{"ip": "%1$s"}],
                  "conditions": [{"type": "Ready", "status": "%2$s"}, {"type": "ContainersReady", "status": "%2$s"},
                    {"type": "Initialized", "status": "True"}, {"type": "PodScheduled", "status": "True"}],
                  "containerStatuses": [{"name": "%3$s", "image": "%4$s", "imageID": "", "ready": %5$s, "started": true,
                    "restartCount": 0, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]}}""".formatted(
                address, ready ? "True" : "False", container.getString("name"), container.getString("image"), ready);
    }

    private ServerProcess start(JsonObject pod, String address) {
        try {
            String namespace = pod.getJsonObject("metadata").getString("namespace");
            Path home = Files.createDirectories(
                    directory.resolve(pod.getJsonObject("metadata").getString("name")));
            Map<String, String> environment = new HashMap<>(configMap(namespace, "connaisseur-env"));
            environment.put("CONNAISSEUR_HOST", address);
            environment.put("CONNAISSEUR_PORT", Integer.toString(Addresses.PORT));
            environment.put("POD_NAME", pod.getJsonObject("metadata").getString("name"));
            environment.put("CONNAISSEUR_CONFIG_DIR", mounted(home, configMap(namespace, "connaisseur-app-config")));
            environment.put("CONNAISSEUR_CERTS_DIR", mounted(home, secret(namespace, "connaisseur-tls")));
            environment.put("CONNAISSEUR_ALERTS_DIR", mounted(home, secret(namespace, "connaisseur-alert-config")));
            environment.put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
            environment.put("KUBERNETES_SERVICE_PORT", Integer.toString(plane.port()));
            environment.put(
                    "CONNAISSEUR_SERVICEACCOUNT_DIR",
                    mounted(
                            home,
                            Map.of(
                                    "token", plane.token(namespace, "connaisseur-serviceaccount"),
                                    "ca.crt", Files.readString(plane.authority()))));
            return ServerProcess.start(home, environment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String mounted(Path home, Map<String, String> files) throws IOException {
        Path mount = Files.createTempDirectory(home, "mount");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(mount.resolve(file.getKey()), file.getValue());
        }
        return mount.toString();
    }

    private Map<String, String> configMap(String namespace, String name) {
        Map<String, String> data = new HashMap<>();
        JsonObject object = plane.api().get("/api/v1/namespaces/" + namespace + "/configmaps/" + name);
        object.getJsonObject("data")
                .keySet()
                .forEach(key -> data.put(key, object.getJsonObject("data").getString(key)));
        return data;
    }

    private Map<String, String> secret(String namespace, String name) {
        Map<String, String> data = new HashMap<>();
        JsonObject object = plane.api().get("/api/v1/namespaces/" + namespace + "/secrets/" + name);
        JsonObject encoded =
                object.getOrDefault("data", JsonValue.EMPTY_JSON_OBJECT).asJsonObject();
        encoded.keySet()
                .forEach(key -> data.put(
                        key, new String(Base64.getDecoder().decode(encoded.getString(key)), StandardCharsets.UTF_8)));
        return data;
    }

    /** What the controllers' processes have printed. */
    String consoles() {
        StringBuilder all = new StringBuilder();
        processes.values().forEach(process -> all.append(process.console()));
        return all.toString();
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
        processes.values().forEach(ServerProcess::close);
    }
}

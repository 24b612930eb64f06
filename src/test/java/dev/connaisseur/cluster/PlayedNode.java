package dev.connaisseur.cluster;

import dev.connaisseur.testing.ServerProcess;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node that kwok plays, but for the pods of the controller and of the check of its configuration. Those run, as the shipped programs,
 * with the pod's variables and mounts, the controller at the pod's address, which lies in a range that {@link Addresses} makes this
 * machine's own. They begin only when the pod of a network plugin runs, {@link #NETWORK}.
 */
final class PlayedNode implements AutoCloseable {
    private static final String NAME = "node-1";

    /** The containers that kwok leaves alone. */
    private static final Set<String> OURS = Set.of("connaisseur", "check");

    /** What a cluster needs before anything else, in a namespace that is taken out of validation as the pages advise. */
    static final String NETWORK = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: network, namespace: kube-system}
            spec:
              selector: {matchLabels: {app: network}}
              template:
                metadata: {labels: {app: network}}
                spec: {containers: [{name: network, image: "example.com/network:1"}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: dns, namespace: kube-system}
            spec:
              selector: {matchLabels: {app: dns}}
              template:
                metadata: {labels: {app: dns}}
                spec: {containers: [{name: dns, image: "example.com/dns:1"}]}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: kube-system, labels: {securesystemsengineering.connaisseur/webhook: ignore}}
            """;

    private static final Path PROGRAM = Path.of("target/connaisseur-cli.jar").toAbsolutePath();
    private final ControlPlane plane;
    private final Path directory;
    private final AtomicInteger addresses = new AtomicInteger(1);
    private final Map<String, Served> served = new ConcurrentHashMap<>();
    private final Map<String, Process> jobs = new HashMap<>();
    private final Map<String, String> running = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private boolean network;
    private volatile boolean closed;
    private volatile Optional<Throwable> failure = Optional.empty();

    private record Served(ServerProcess process, PodContainer container) {}

    private PlayedNode(ControlPlane plane, Path directory) {
        this.plane = plane;
        this.directory = directory;
    }

    /** Registers the node and begins to play it. */
    static PlayedNode join(ControlPlane plane, Path directory) throws IOException {
        PlayedNode node = new PlayedNode(plane, directory);
        plane.api().post("/api/v1/nodes", """
                {"metadata": {"name": "%s", "labels": {"kubernetes.io/hostname": "%s"}}, "spec": {"podCIDR": "%s"}}""".formatted(NAME, NAME, Addresses.OTHERS));
        // Each new node is tainted until a controller of nodes says otherwise.
        plane.api().patch("/api/v1/nodes/" + NAME, "{\"spec\": {\"taints\": null}}");
        plane.kubectl().feed(NETWORK, "apply", "--server-side", "-f", "-").done();
        node.thread.execute(node::play);
        return node;
    }

    private void play() {
        try {
            while (!closed) {
                Set<String> present = new HashSet<>();
                List<JsonObject> pods = plane.api()
                        .get("/api/v1/pods?fieldSelector=spec.nodeName=" + NAME)
                        .getJsonArray("items")
                        .getValuesAs(JsonObject.class);
                network = pods.stream().anyMatch(PlayedNode::isNetwork);
                for (JsonObject pod : pods) {
                    present.add(uid(pod));
                    PodContainer container = new PodContainer(
                            plane,
                            pod,
                            directory.resolve(pod.getJsonObject("metadata").getString("name")));
                    if (OURS.contains(container.name())) {
                        look(pod, container);
                    }
                }
                // What was deleted by force is gone at once.
                served.keySet().stream()
                        .filter(uid -> !present.contains(uid))
                        .toList()
                        .forEach(this::kill);
                TimeUnit.MILLISECONDS.sleep(300);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            failure = closed ? Optional.empty() : Optional.of(e);
        }
    }

    /** A network plugin: before it runs, no other pod does. */
    private static boolean isNetwork(JsonObject pod) {
        JsonObject metadata = pod.getJsonObject("metadata");
        return !metadata.containsKey("deletionTimestamp")
                && metadata.getString("namespace").equals("kube-system")
                && metadata.getString("generateName", "").startsWith("network-")
                && pod.getJsonObject("status").getString("phase").equals("Running");
    }

    private static String uid(JsonObject pod) {
        return pod.getJsonObject("metadata").getString("uid");
    }

    private void kill(String uid) {
        Optional.ofNullable(served.remove(uid))
                .ifPresent(server -> server.process().close());
    }

    private void look(JsonObject pod, PodContainer container) {
        JsonObject metadata = pod.getJsonObject("metadata");
        String uid = uid(pod);
        String path = "/api/v1/namespaces/" + metadata.getString("namespace") + "/pods/" + metadata.getString("name");
        if (metadata.containsKey("deletionTimestamp")) {
            end(uid, path);
            return;
        }
        if (!network && !running.containsKey(uid)) {
            return;
        }
        String address = running.computeIfAbsent(uid, key -> Addresses.of(addresses.getAndIncrement()));
        String phase = "Running";
        boolean ready;
        if (!container.isJob()) {
            Served server = served.computeIfAbsent(uid, key -> new Served(serve(container, address), container));
            server.container().refresh();
            ready = Addresses.answers(address, container.readiness());
        } else {
            Process job = jobs.computeIfAbsent(uid, key -> start(container));
            phase = job.isAlive() ? "Running" : job.exitValue() == 0 ? "Succeeded" : "Failed";
            ready = job.isAlive();
        }
        plane.api().patchStatus(path, status(container, phase, address, ready));
    }

    /** SIGTERM once; the pod is gone when the process is. */
    private void end(String uid, String path) {
        Served server = served.get(uid);
        if (server != null && server.process().running()) {
            if (told.add(uid)) {
                server.process().terminate();
            }
            return;
        }
        kill(uid);
        plane.api().delete(path + "?gracePeriodSeconds=0");
    }

    private static String status(PodContainer container, String phase, String address, boolean ready) {
        String state = phase.equals("Running")
                ? "\"running\": {\"startedAt\": \"2026-01-01T00:00:00Z\"}"
                : "\"terminated\": {\"exitCode\": " + (phase.equals("Failed") ? 1 : 0) + "}";
        return """
                {"status": {"phase": "%6$s", "podIP": "%1$s", "podIPs": [{"ip": "%1$s"}],
                  "conditions": [{"type": "Ready", "status": "%2$s"}, {"type": "ContainersReady", "status": "%2$s"},
                    {"type": "Initialized", "status": "True"}, {"type": "PodScheduled", "status": "True"}],
                  "containerStatuses": [{"name": "%3$s", "image": "%4$s", "imageID": "", "ready": %5$s, "started": true,
                    "restartCount": 0, "state": {%7$s}}]}}""".formatted(
                        address, ready ? "True" : "False", container.name(), container.image(), ready, phase, state);
    }

    private ServerProcess serve(PodContainer container, String address) {
        Map<String, String> environment = container.environment();
        environment.put("CONNAISSEUR_HOST", address);
        environment.put("CONNAISSEUR_PORT", Integer.toString(Addresses.PORT));
        return ServerProcess.start(container.root(), environment);
    }

    private static Process start(PodContainer container) {
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(), "-jar", PROGRAM.toString())
                    .redirectErrorStream(true);
            builder.command().addAll(container.arguments());
            builder.environment().putAll(container.environment());
            return builder.redirectOutput(container.root().resolve("job.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the programs have printed, and why the node is played no more if so. */
    String consoles() {
        StringBuilder all = new StringBuilder(failure.map(Throwable::toString).orElse(""));
        served.values().forEach(server -> all.append(server.process().console()));
        try (var logs = Files.find(directory, 2, (file, seen) -> file.endsWith("job.log"))) {
            for (Path log : logs.toList()) {
                all.append(Files.readString(log));
            }
        } catch (IOException e) {
            all.append(e);
        }
        return all.toString();
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
        served.values().forEach(server -> server.process().close());
        jobs.values().forEach(Process::destroyForcibly);
    }
}

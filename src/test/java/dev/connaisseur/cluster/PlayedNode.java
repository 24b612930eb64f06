package dev.connaisseur.cluster;

import dev.connaisseur.testing.ServerProcess;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import java.util.stream.Stream;

/**
 * A node that kwok plays, but for the pods of the controller, of the check of its configuration, and of its Redis. Those run, as the
 * shipped programs and Debian's Redis, with the pod's variables and mounts at the pod's address in a {@link PodNetwork}. They begin only
 * when the pod of a network plugin runs, {@link #NETWORK}.
 */
final class PlayedNode implements AutoCloseable {
    private static final String NAME = "node-1";

    /** The containers that kwok leaves alone. */
    private static final Set<String> OURS = Set.of("connaisseur", "check", "redis");

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

    /** The check of the configuration. */
    private static final List<String> CHECK = List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-jar",
            Path.of("target/connaisseur-cli.jar").toAbsolutePath().toString());

    private final ControlPlane plane;
    private final PodNetwork addresses;
    private final Path directory;
    private final AtomicInteger pods = new AtomicInteger();
    private final Map<String, Served> served = new ConcurrentHashMap<>();
    private final Map<String, Process> others = new ConcurrentHashMap<>();
    private final Map<String, String> running = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private final Set<String> found = new HashSet<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private boolean network;
    private volatile boolean closed;
    private volatile Optional<Throwable> failure = Optional.empty();

    private record Served(ServerProcess process, PodContainer container) {}

    private PlayedNode(ControlPlane plane, PodNetwork addresses, Path directory) {
        this.plane = plane;
        this.addresses = addresses;
        this.directory = directory;
    }

    /** Registers the node and begins to play it. */
    static PlayedNode join(ControlPlane plane, PodNetwork addresses, Path directory) throws IOException {
        PlayedNode node = new PlayedNode(plane, addresses, directory);
        plane.api().post("/api/v1/nodes", """
                {"metadata": {"name": "%s", "labels": {"kubernetes.io/hostname": "%s"}}, "spec": {"podCIDR": "%s"}}""".formatted(NAME, NAME, addresses.others()));
        // Each new node is tainted until a controller of nodes says otherwise.
        plane.api().patch("/api/v1/nodes/" + NAME, "{\"spec\": {\"taints\": null}}");
        plane.kubectl().feed(NETWORK, "apply", "--server-side", "-f", "-").done();
        node.thread.execute(node::play);
        return node;
    }

    private void play() {
        try {
            while (!closed) {
                List<JsonObject> present = plane.api()
                        .get("/api/v1/pods?fieldSelector=spec.nodeName=" + NAME)
                        .getJsonArray("items")
                        .getValuesAs(JsonObject.class);
                network = present.stream().anyMatch(PlayedNode::isNetwork);
                killAllBut(present.stream().map(PlayedNode::uid).toList());
                for (JsonObject pod : present) {
                    PodContainer container = new PodContainer(
                            plane,
                            pod,
                            directory.resolve(pod.getJsonObject("metadata").getString("name")));
                    if (OURS.contains(container.name())) {
                        look(pod, container);
                    }
                }
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

    /** What was deleted by force is gone at once. */
    private void killAllBut(List<String> present) {
        for (Map<String, ?> processes : List.of(served, others)) {
            for (String uid : List.copyOf(processes.keySet())) {
                if (!present.contains(uid)) {
                    kill(uid);
                }
            }
        }
    }

    private void kill(String uid) {
        Optional.ofNullable(served.remove(uid))
                .ifPresent(server -> server.process().close());
        Optional.ofNullable(others.remove(uid)).ifPresent(Process::destroyForcibly);
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
        String address = running.computeIfAbsent(uid, key -> addresses.address(pods.incrementAndGet()));
        String phase = "Running";
        boolean ready;
        if (container.name().equals("redis")) {
            ready = redis(uid, container, address);
        } else if (!container.isJob()) {
            Served server = served.computeIfAbsent(uid, key -> new Served(serve(container, address), container));
            server.container().refresh();
            ready = Probe.answers(address, container.readiness());
        } else {
            Process job = others.computeIfAbsent(uid, key -> start(container, address, CHECK));
            phase = job.isAlive() ? "Running" : job.exitValue() == 0 ? "Succeeded" : "Failed";
            ready = job.isAlive();
        }
        plane.api().patchStatus(path, status(container, phase, address, ready));
    }

    /** The chart's Redis, as Debian's; where pods cannot find it, it is played like any other. */
    private boolean redis(String uid, PodContainer container, String address) {
        if (!addresses.namesRedis()) {
            return true;
        }
        Process process = others.computeIfAbsent(uid, key -> start(container, address, List.of("redis-server")));
        List<String> probe = Stream.concat(addresses.at(address).stream(), container.readinessCommand().stream())
                .toList();
        boolean ready = process.isAlive()
                && Terminal.run(directory, "", Map.of(), probe).exit() == 0;
        if (ready && found.add(uid)) {
            addresses.redisIsAt(address);
        }
        return ready;
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
        Process other = others.get(uid);
        if (other != null && other.isAlive()) {
            if (told.add(uid)) {
                other.destroy();
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
        environment.put("CONNAISSEUR_PORT", Integer.toString(Probe.PORT));
        return ServerProcess.start(container.root(), environment, addresses.at(address));
    }

    private Process start(PodContainer container, String address, List<String> program) {
        try {
            Map<String, String> environment = container.environment();
            List<String> command = new ArrayList<>(addresses.at(address));
            command.addAll(program);
            command.addAll(container.arguments(environment));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(container.root().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(container.root().resolve("console.log").toFile());
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the programs have printed, and why the node is played no more if so. */
    String consoles() {
        StringBuilder all = new StringBuilder(failure.map(Throwable::toString).orElse(""));
        try (var logs = Files.find(directory, 2, (file, seen) -> file.endsWith("console.log"))) {
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
        others.values().forEach(Process::destroyForcibly);
    }
}

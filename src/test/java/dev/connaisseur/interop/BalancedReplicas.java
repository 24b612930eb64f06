package dev.connaisseur.interop;

import dev.connaisseur.testing.Balancer;
import dev.connaisseur.testing.KnownImage;
import dev.connaisseur.testing.MountedVolume;
import dev.connaisseur.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Three shipped servers that share one real Redis, behind a balancer; each with its certificate in a mounted volume of its own. */
final class BalancedReplicas implements AutoCloseable {
    static final List<String> NAMES = List.of("a", "b", "c");
    /** Time enough to be taken out of the balancer, on a machine that is busy, too. */
    private static final String DELAY = "8s";

    private static final Duration PROPAGATION = Duration.ofSeconds(1);

    private final Path directory;
    private final Replicas replicas;
    private final RedisServer redis;
    private final Balancer balancer = Balancer.open(PROPAGATION);
    private final Map<String, MountedVolume> certificates = new TreeMap<>();
    private final Map<String, ServerProcess> running = new TreeMap<>();

    private BalancedReplicas(Path directory, Replicas replicas, RedisServer redis) {
        this.directory = directory;
        this.replicas = replicas;
        this.redis = redis;
    }

    static BalancedReplicas start(Path directory) throws Exception {
        Replicas replicas = new Replicas(directory);
        BalancedReplicas all = new BalancedReplicas(directory, replicas, replicas.redis("redis"));
        for (String name : NAMES) {
            all.certificates.put(name, MountedVolume.of(directory.resolve("certs-" + name), all.pair()));
        }
        all.whole();
        return all;
    }

    Replicas world() {
        return replicas;
    }

    RedisServer redis() {
        return redis;
    }

    Balancer balancer() {
        return balancer;
    }

    MountedVolume certificates(String name) {
        return Objects.requireNonNull(certificates.get(name), name);
    }

    /** A new serving pair by the authority that everybody believes. */
    Map<String, String> pair() throws IOException {
        Path fresh = Files.createTempDirectory(directory, "pair");
        replicas.authority().writePair(fresh);
        return Map.of(
                "tls.crt", Files.readString(fresh.resolve("tls.crt")),
                "tls.key", Files.readString(fresh.resolve("tls.key")));
    }

    SteadyLoad load() {
        return SteadyLoad.start(
                () -> replicas.fresh("steady/"),
                balancer.port(),
                replicas.authority().trust());
    }

    /** New images of a name. */
    List<KnownImage> images(String below, int count) {
        List<KnownImage> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(replicas.fresh(below));
        }
        return images;
    }

    // ---- processes ----

    ServerProcess replica(String name) {
        return Objects.requireNonNull(running.get(name), name);
    }

    /** Starts whoever is missing, all at once, and waits until each of the three is asked. */
    void whole() throws Exception {
        List<String> missing =
                NAMES.stream().filter(name -> !running.containsKey(name)).toList();
        for (String name : missing) {
            start(name);
        }
        for (String name : missing) {
            join(name);
        }
    }

    /** Starts one in the place of one that has ended, and does not wait; {@code more} is name, value, name, value … */
    void start(String name, String... more) throws IOException {
        running.put(name, server(name, more));
    }

    /** Waits until it is ready, and asked. */
    void join(String name) throws InterruptedException {
        ServerProcess server = replica(name).awaitReady(Replicas.START);
        balancer.add(server);
        balancer.await(server, true);
    }

    private ServerProcess server(String name, String... more) throws IOException {
        List<String> environment = new ArrayList<>(List.of(replicas.sharing(redis)));
        environment.addAll(List.of(
                "CONNAISSEUR_CERTS_DIR",
                certificates(name).path().toString(),
                "CONNAISSEUR_SHUTDOWN_DELAY",
                DELAY,
                "CONNAISSEUR_RELOAD_INTERVAL",
                "200ms"));
        environment.addAll(List.of(more));
        return replicas.server(name, environment.toArray(String[]::new));
    }

    /** Ends these by SIGKILL; returns once the balancer has found that out by itself. */
    void kill(List<String> names) throws InterruptedException {
        List<ServerProcess> killed = names.stream().map(this::replica).toList();
        killed.forEach(ServerProcess::close);
        running.keySet().removeAll(names);
        for (ServerProcess server : killed) {
            balancer.await(server, false);
            balancer.remove(server);
        }
    }

    /** One that has ended by itself. */
    void ended(String name) {
        ServerProcess server = replica(name);
        running.remove(name);
        balancer.remove(server);
        server.close();
    }

    @Override
    public void close() {
        balancer.close();
        running.values().forEach(ServerProcess::close);
        redis.close();
        replicas.close();
    }
}

package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cache.Allowance;
import dev.connaisseur.cache.CacheKey;
import dev.connaisseur.cache.CacheMetrics;
import dev.connaisseur.cache.Judgement;
import dev.connaisseur.cache.Seal;
import dev.connaisseur.cache.SharedLevel;
import dev.connaisseur.cache.VerdictCache;
import dev.connaisseur.config.Settings;
import dev.connaisseur.config.Settings.Redis.Mode;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.validator.Verdict;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real Redis processes behind a sentinel and as a cluster: what is shared, and that losing a node costs misses only. */
@Timeout(600)
class RedisTopologiesIT {
    private static final Judgement SIGNED =
            new Judgement.Signed(new Verdict.Signed(Digest.of(new byte[] {1}), List.of("alice")));
    private static final CacheKey KEY = new CacheKey("f", "0 * cosign", "", "reg.io/app:v1");

    @TempDir
    Path directory;

    private final TestAuthority authority = TestAuthority.create("redis");
    private final List<RedisServer> nodes = new ArrayList<>();
    private final List<SharedLevel> levels = new ArrayList<>();

    @AfterEach
    void stop() {
        levels.forEach(SharedLevel::close);
        nodes.forEach(RedisServer::close);
    }

    private static Tool program() {
        return Tool.find("redis-server").orElseThrow(() -> new AssertionError("redis-server is missing"));
    }

    private RedisServer node(String... options) throws Exception {
        RedisServer node = RedisServer.start(program(), directory.resolve("node" + nodes.size()), authority, options);
        nodes.add(node);
        return node;
    }

    private VerdictCache process(Mode mode, List<RedisServer> servers) throws IOException {
        Path keys = Files.createDirectories(directory.resolve("keys"));
        Files.writeString(keys.resolve("key"), Replicas.KEY);
        CacheMetrics metrics = new CacheMetrics(new PrometheusRegistry());
        SharedLevel level = new SharedLevel(metrics);
        levels.add(level);
        Settings.Redis settings = new Settings.Redis(
                servers.stream().map(server -> "localhost:" + server.port()).toList(),
                6379,
                mode,
                RedisServer.USER,
                RedisServer.password(),
                "mymaster",
                keys);
        level.connect(
                settings,
                TlsTrust.of(authority.pem()),
                Seal.read(keys, new ArrayList<>()).orElseThrow());
        return new VerdictCache(
                new Settings.Cache(Duration.ofMinutes(10), true, Duration.ZERO),
                metrics,
                InstantSource.system(),
                System::nanoTime,
                level,
                "realm");
    }

    /** Remembers again until another process has heard of it: what a Redis cannot take in time is given up. */
    private static void untilShared(VerdictCache by, VerdictCache with, CacheKey key) throws InterruptedException {
        Optional<Judgement> found = Optional.empty();
        for (int i = 0; i < 1200 && found.isEmpty(); i++) {
            by.remember(key, SIGNED);
            TimeUnit.MILLISECONDS.sleep(50);
            found = with.shared(key, new Allowance());
        }
        assertThat(found).contains(SIGNED);
    }

    private static CacheKey image(int i) {
        return KEY.of("reg.io/app" + i + ":v1");
    }

    /** Until an answer of a node has this in it. */
    private void awaitReply(RedisServer node, String text, String... words) throws Exception {
        String reply = node.command(authority, words);
        for (int i = 0; i < 1200 && !reply.contains(text); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
            reply = node.command(authority, words);
        }
        assertThat(reply).contains(text);
    }

    @Test
    void aMasterBehindASentinelIsFollowed() throws Exception {
        RedisServer master = node("tls-replication", "yes");
        RedisServer replica = node(
                "tls-replication",
                "yes",
                "masteruser",
                "default",
                "masterauth",
                RedisServer.password(),
                "replicaof",
                "127.0.0.1 " + master.port());
        awaitReply(master, "connected_slaves:1", "INFO", "replication");
        RedisServer sentinel = RedisServer.sentinel(program(), directory.resolve("sentinel"), authority, master.port());
        nodes.add(sentinel);
        awaitReply(sentinel, "127.0.0.1:" + replica.port(), "SENTINEL", "REPLICAS", "mymaster");
        VerdictCache one = process(Mode.SENTINEL, List.of(sentinel));
        VerdictCache two = process(Mode.SENTINEL, List.of(sentinel));
        untilShared(one, two, KEY);

        master.kill();
        for (int i = 0; i < 20; i++) {
            one.remember(image(i), SIGNED);
            assertThat(two.shared(image(i), new Allowance())).isIn(Optional.empty(), Optional.of(SIGNED));
        }
        untilShared(one, two, image(20));
        assertThat(replica.command(authority, "ROLE")).contains("master");
    }

    @Test
    void aClusterSharesByAllOfItsNodes() throws Exception {
        for (int i = 0; i < 3; i++) {
            node(
                    "cluster-enabled",
                    "yes",
                    "tls-cluster",
                    "yes",
                    "cluster-port",
                    Integer.toString(RedisServer.freePort()),
                    "cluster-require-full-coverage",
                    "no");
        }
        for (int i = 0; i < 3; i++) {
            String first = Integer.toString(i * 5461);
            String last = Integer.toString(i == 2 ? 16383 : i * 5461 + 5460);
            assertThat(nodes.get(i).command(authority, "CLUSTER", "ADDSLOTSRANGE", first, last))
                    .contains("OK");
            assertThat(nodes.get(0)
                            .command(
                                    authority,
                                    "CLUSTER",
                                    "MEET",
                                    "127.0.0.1",
                                    Integer.toString(nodes.get(i).port()),
                                    nodes.get(i)
                                            .command(authority, "CONFIG", "GET", "cluster-port")
                                            .lines()
                                            .toList()
                                            .get(4)))
                    .contains("OK");
        }
        for (RedisServer node : nodes) {
            awaitReply(node, "cluster_slots_assigned:16384", "CLUSTER", "INFO");
            awaitReply(node, "cluster_state:ok", "CLUSTER", "INFO");
        }
        VerdictCache one = process(Mode.CLUSTER, nodes);
        VerdictCache two = process(Mode.CLUSTER, nodes);
        for (int i = 0; i < 20; i++) {
            untilShared(one, two, image(i));
        }
        for (RedisServer node : nodes) {
            assertThat(node.names(authority, "verdict")).as("a part of them").isNotEmpty();
        }

        nodes.get(1).kill();
        VerdictCache three = process(Mode.CLUSTER, nodes);
        int known = 0;
        for (int round = 0; round < 100 && known == 0; round++) {
            for (int i = 0; i < 20; i++) {
                Optional<Judgement> found = three.shared(image(i), new Allowance());
                assertThat(found).isIn(Optional.empty(), Optional.of(SIGNED));
                known += found.isPresent() ? 1 : 0;
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        assertThat(known).as("on the nodes that are left").isPositive();
    }
}

package dev.connaisseur.interop;

import static dev.connaisseur.interop.Replicas.HITS;
import static dev.connaisseur.interop.Replicas.IGNORED;
import static dev.connaisseur.interop.Replicas.ask;
import static dev.connaisseur.interop.Replicas.metric;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.Caller;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.KnownImage;
import dev.connaisseur.testing.Sample;
import dev.connaisseur.testing.Samples;
import dev.connaisseur.testing.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults F18, F19, F27 and F28: three servers behind a balancer are replaced, killed and mixed with another version while everybody
 * asks. Each test takes the servers as it finds them; the order only saves starts.
 *
 * <p>{@code -Dreplacements=20} replaces as often.
 */
@Timeout(1800)
@TestMethodOrder(OrderAnnotation.class)
class ReplicaFaultsIT {
    private static final int REPLACEMENTS = Integer.getInteger("replacements", BalancedReplicas.NAMES.size());
    private static final int IN_FLIGHT = 200;
    private static final int CROWD = 60;
    private static final int TRIES = 50;

    private static BalancedReplicas replicas;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        replicas = BalancedReplicas.start(directory);
    }

    @AfterAll
    static void end() {
        replicas.close();
    }

    /** F18. Whoever is told to end is not asked any more, answers what it has, what still comes too, and ends with 0. */
    @Test
    @Order(1)
    void replacedOneAfterTheOtherTheyLoseNoRequest() throws Exception {
        replicas.whole();
        int refused = replicas.balancer().refused();
        List<Sample> inFlight = new ArrayList<>();
        Samples steady;
        try (SteadyLoad load = replicas.load()) {
            for (int i = 0; i < REPLACEMENTS; i++) {
                String name = BalancedReplicas.NAMES.get(i % BalancedReplicas.NAMES.size());
                load.awaitMore(2 * SteadyLoad.TOGETHER);
                inFlight.addAll(terminate(name, i));
                replicas.start(name);
                replicas.join(name);
            }
            load.awaitMore(2 * SteadyLoad.TOGETHER);
            steady = load.end();
        }
        Samples held = new Samples(inFlight);
        System.out.println("F18: " + REPLACEMENTS + " replaced; in flight " + held + ", meanwhile " + steady);
        answeredRightly(held);
        answeredRightly(steady);
        assertThat(replicas.balancer().refused())
                .as("connections to a closed door")
                .isEqualTo(refused);
    }

    /** What is asked of all but F19; that good images are admitted only as far as a busy machine lets them. */
    private static void answeredRightly(Samples samples) {
        assertThat(samples.all()).filteredOn(sample -> !sample.answered()).isEmpty();
        assertThat(samples.falselyAdmitted()).isZero();
        assertThat(samples.falselyDenied()).isLessThan(samples.signed());
    }

    /** Ends one that holds many requests; returns what became of these. */
    private static List<Sample> terminate(String name, int round) throws Exception {
        ServerProcess server = replicas.replica(name);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(10);
        replicas.world().registry().onAll(path -> path.startsWith("/v2/held-"), hold(asked, held));
        List<KnownImage> images = replicas.images("held-" + round + "/", IN_FLIGHT);
        try (Caller caller = direct(server)) {
            List<CompletableFuture<Sample>> open =
                    images.stream().map(caller::begin).toList();
            assertThat(asked.await(60, TimeUnit.SECONDS))
                    .as(() -> "the registry is asked; answered meanwhile: "
                            + open.stream()
                                    .filter(CompletableFuture::isDone)
                                    .map(CompletableFuture::join)
                                    .toList() + "\n"
                            + server.console())
                    .isTrue();
            server.terminate();
            replicas.balancer().await(server, false);
            assertThat(server.status("/health/ready")).isEqualTo(503);
            CompletableFuture<Sample> late = caller.begin(replicas.world().fresh("late/"));
            held.countDown();
            List<Sample> samples = Stream.concat(open.stream(), Stream.of(late))
                    .map(CompletableFuture::join)
                    .toList();
            assertThat(server.awaitExit(Duration.ofMinutes(2))).isZero();
            assertThat(server.console()).contains("stopped: every request was answered");
            replicas.ended(name);
            return samples;
        } finally {
            held.countDown();
            replicas.world().registry().clearFaults();
        }
    }

    /** For no longer than a server waits for a registry. */
    private static Fault hold(CountDownLatch asked, CountDownLatch held) {
        return (exchange, usual, end) -> {
            asked.countDown();
            try {
                held.await(4, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            usual.send(exchange);
        };
    }

    private static Caller direct(ServerProcess server) {
        return Caller.of(server.port(), replicas.world().authority().trust());
    }

    /** F20. */
    @Test
    @Order(2)
    void certificatesAreReplacedWhileEverybodyAsks() throws Exception {
        replicas.whole();
        int refused = replicas.balancer().refused();
        Rotation rotation = new Rotation(replicas);
        Samples steady;
        try (SteadyLoad load = replicas.load()) {
            load.awaitMore(2 * SteadyLoad.TOGETHER);
            rotation.byLink();
            rotation.badPairByLink();
            rotation.byLink();
            rotation.fileByFile();
            load.awaitMore(2 * SteadyLoad.TOGETHER);
            steady = load.end();
        }
        System.out.println("F20: 4 pairs and 2 that do not fit, three servers: " + steady);
        answeredRightly(steady);
        assertThat(replicas.balancer().refused()).isEqualTo(refused);
    }

    /** F19. */
    @Test
    @Order(3)
    void oneThatIsKilledTakesOnlyItsOwnRequestsAlong() throws Exception {
        replicas.whole();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(CROWD / 3);
        replicas.world().registry().onAll(path -> path.startsWith("/v2/killed/"), hold(asked, held));
        List<KnownImage> images = replicas.images("killed/", CROWD);
        int inFlight;
        Samples crowd;
        Samples steady;
        try (SteadyLoad load = replicas.load();
                Caller caller = Caller.of(
                        replicas.balancer().port(), replicas.world().authority().trust())) {
            load.awaitMore(2 * SteadyLoad.TOGETHER);
            List<CompletableFuture<Sample>> open =
                    images.stream().map(caller::begin).toList();
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            inFlight = replicas.balancer().open(replicas.replica("b")) + SteadyLoad.TOGETHER;
            replicas.kill(List.of("b"));
            held.countDown();
            crowd = new Samples(open.stream().map(CompletableFuture::join).toList());
            load.awaitMore(10 * SteadyLoad.TOGETHER);
            steady = load.end();
        } finally {
            held.countDown();
            replicas.world().registry().clearFaults();
        }
        System.out.println(
                "F19: at most " + inFlight + " in flight there; of a crowd " + crowd + ", all the time " + steady);
        assertThat(crowd.unanswered() + steady.unanswered()).isLessThanOrEqualTo(inFlight);
        assertThat(inFlight).isLessThan(CROWD);
        assertThat(crowd.falselyAdmitted() + steady.falselyAdmitted()).isZero();
        assertThat(steady.unanswered()).isLessThanOrEqualTo(SteadyLoad.TOGETHER);
    }

    /** F27, and F28: one of those that come back is another version. Each finds its own entries, and neither finds the other's. */
    @Test
    @Order(4)
    void killedAllTogetherTheyComeBackAndDoNotReadAnotherVersionsEntries(@TempDir Path directory) throws Exception {
        replicas.whole();
        Samples nobody;
        try (SteadyLoad load = replicas.load()) {
            load.awaitMore(2 * SteadyLoad.TOGETHER);
            replicas.kill(BalancedReplicas.NAMES);
            load.awaitMore(SteadyLoad.TOGETHER);
            nobody = load.end();
        }
        assertThat(nobody.unanswered()).isPositive();
        assertThat(nobody.falselyAdmitted()).isZero();

        long begun = System.nanoTime();
        replicas.start("a");
        replicas.start("b");
        replicas.start("c", "WLP_USER_DIR", OtherVersion.make(directory).toString());
        for (String name : BalancedReplicas.NAMES) {
            replicas.join(name);
        }
        Duration start = Duration.ofNanos(System.nanoTime() - begun);
        ServerProcess ours = replicas.replica("a");
        ServerProcess other = replicas.replica("c");
        assertThat(replicas.world().untilShared(ours, replicas.replica("b"))).isZero();
        for (int i = 0; i < TRIES && noneOf(OtherVersion.THEIRS); i++) {
            replicas.world()
                    .askAndShare(other, replicas.world().signed(replicas.world().repository()));
        }
        assertThat(noneOf(OtherVersion.THEIRS)).as("it shares, too").isFalse();
        askedTwice(ours, other);
        askedTwice(other, ours);
        Samples steady;
        try (SteadyLoad load = replicas.load()) {
            load.awaitMore(20 * SteadyLoad.TOGETHER);
            steady = load.end();
        }
        System.out.println("F27: without any " + nobody + ", all ready after " + start.toMillis()
                + " ms; F28: two versions on one Redis " + steady);
        answeredRightly(steady);
        assertThat(metric(other, HITS)).as("nobody shares with it").isZero();
        assertThat(metric(ours, IGNORED) + metric(other, IGNORED)).isZero();
    }

    /** What one has verified and shared, the other one verifies again, and finds the same. */
    private static void askedTwice(ServerProcess first, ServerProcess second) throws InterruptedException {
        String repository = replicas.world().repository();
        String image = replicas.world().signed(repository);
        assertThat(replicas.world().askAndShare(first, image).allowed()).isTrue();
        long before = replicas.world().requests(repository);
        assertThat(ask(second, image).allowed()).isTrue();
        assertThat(replicas.world().requests(repository) - before)
                .as("asked of the registry again")
                .isPositive();
        String unsigned = replicas.world().unsigned(replicas.world().repository());
        for (ServerProcess server : List.of(first, second)) {
            assertThat(ask(server, unsigned).allowed()).isFalse();
        }
    }

    private static boolean noneOf(String format) throws Exception {
        return !replicas.redis()
                .command(replicas.world().authority(), "KEYS", format + "verdict:*")
                .contains(format);
    }
}

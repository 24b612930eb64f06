package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.KnownImage;
import dev.connaisseur.testing.Sample;
import dev.connaisseur.testing.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Faults F1 to F7 against one shipped server: a registry, the way to it, its token server or its name falls ill while signed, unsigned
 * and wrongly signed images of it and of a healthy one are asked for. Nothing but signed digests is ever admitted, every request is
 * answered, the healthy registry's images are admitted all the time, and the sick one's as soon as it is well again.
 */
@Timeout(300)
class FaultsIT {
    private static final long SEED = 20261121;

    private static FaultWorld world;
    private static FaultLoad load;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        world = FaultWorld.start(directory);
        load = world.load();
        for (List<KnownImage> images : List.of(
                sick(20),
                load.mixed(world.well(), world.wellHost(), 20),
                load.mixed(world.guarded(), world.guarded().host(), 20))) {
            assertThat(load.ask(images, 4, 30).wrong()).isEmpty();
        }
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @AfterEach
    void heal() {
        world.sick().clearFaults();
        world.guarded().clearFaults();
        world.way().pass();
        world.resolve(Map.of());
    }

    private static String host() {
        return world.sickHost("localhost");
    }

    private static List<KnownImage> sick(int count) {
        return load.mixed(world.sick(), host(), count);
    }

    /** Asks for images of a sick and of the healthy registry at the same time, and holds both against what must be in any case. */
    private static Samples during(String fault, List<KnownImage> images, int together, int seconds) {
        return during(fault, images, together, seconds, (healthy, over) -> {});
    }

    /** Looks at what was asked of the healthy registry meanwhile, and whether all of the sick one had been answered by then. */
    private interface Beside {
        void look(Samples healthy, boolean over);
    }

    private static Samples during(String fault, List<KnownImage> images, int together, int seconds, Beside beside) {
        CompletableFuture<Samples> ill = CompletableFuture.supplyAsync(
                () -> load.ask(images, together, seconds),
                task -> Thread.ofPlatform().start(task));
        Samples healthy = healthy();
        beside.look(healthy, ill.isDone());
        Sample unasked = load.ask(new KnownImage("registry.k8s.io/pause:3.9", Optional.empty()));
        Samples found = ill.join();
        System.out.println(fault + ": sick " + found + ", healthy " + healthy);
        for (Samples samples : List.of(found, healthy)) {
            assertThat(samples.falselyAdmitted()).as(fault).isZero();
            assertThat(samples.unanswered()).as(fault).isZero();
        }
        assertThat(healthy.falselyDenied()).as(fault).isZero();
        assertThat(unasked.admitted()).as("by a static rule").isTrue();
        return found;
    }

    private static Samples healthy() {
        return load.ask(load.mixed(world.well(), world.wellHost(), 20), 2, 30);
    }

    private static void recovers(String fault, Duration limit) {
        recovers(fault, world.sick(), host(), 100, limit);
    }

    /** Until so many verdicts in a row were right. */
    private static void recovers(String fault, EmbeddedRegistry registry, String host, int inARow, Duration limit) {
        Duration recovery = load.recovery(registry, host, inARow);
        System.out.println(fault + ": recovery " + recovery.toMillis() + " ms");
        assertThat(recovery).as(fault).isLessThanOrEqualTo(limit);
    }

    @Test
    void f1TheRegistryRefusesConnections() {
        KnownImage known = load.signed(world.sick(), host());
        assertThat(load.ask(known).right()).isTrue();
        world.way().refuse();
        Samples found = during("F1", sick(40), 4, 30);
        assertThat(found.denials())
                .hasSameSizeAs(found.all())
                .allMatch(message -> message.contains(host() + " could not be reached"));
        assertThat(found.percentile(0)).isLessThan(Duration.ofSeconds(2));
        assertThat(load.ask(known).right()).as("from memory").isTrue();
        world.way().pass();
        recovers("F1", Duration.ofSeconds(5));
    }

    @Test
    void f2TheRegistryIsABlackHole() {
        world.way().swallow();
        Samples found = during("F2", sick(12), 12, 30);
        assertThat(found.denials())
                .hasSameSizeAs(found.all())
                .allMatch(message -> message.contains(host() + " could not be reached"));
        assertThat(found.percentile(0)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(10));
        world.way().pass();
        recovers("F2", Duration.ofSeconds(15));
    }

    /**
     * A byte a second, or nothing at all: what the asker of the verdict will wait for decides. Sixty of these are asked for at a time, and
     * each waits much longer than all of the healthy registry's together. Those are as fast as just before and after: at most twice as
     * slow, or too fast for a machine with other work to tell, while one that had to wait for one of the sick would take eight seconds.
     */
    @ParameterizedTest
    @ValueSource(strings = {"a byte a second", "no first byte"})
    void f3TheRegistryIsSlow(String how) {
        List<Sample> alone = new ArrayList<>(healthy().all());
        if (how.startsWith("no")) {
            onEveryAnswer(Fault.stallBeforeHeaders());
        } else {
            world.way().drip();
        }
        AtomicReference<Samples> beside = new AtomicReference<>();
        Samples found = during("F3 " + how, sick(60), 60, 20, (healthy, over) -> {
            assertThat(over).as("the sick are still waited for").isFalse();
            beside.set(healthy);
        });
        assertThat(found.denials()).hasSameSizeAs(found.all());
        world.sick().clearFaults();
        world.way().pass();
        recovers("F3 " + how, Duration.ofSeconds(15));
        alone.addAll(healthy().all());
        assertNotSlower(new Samples(alone), Objects.requireNonNull(beside.get()));
    }

    private static void assertNotSlower(Samples alone, Samples beside) {
        System.out.println("healthy alone " + alone + ", beside " + beside);
        Map.of(50, Duration.ofSeconds(1), 99, Duration.ofSeconds(5))
                .forEach((percent, floor) -> assertThat(beside.percentile(percent))
                        .as("p" + percent)
                        .isLessThanOrEqualTo(Collections.max(
                                List.of(floor, alone.percentile(percent).multipliedBy(2)))));
    }

    /** Which answers fail is a matter of what is asked and how often, not of what runs beside it: each run fails alike. */
    @Test
    void f4TheRegistryFailsThreeTimesInTen() {
        List<Integer> statuses = List.of(500, 502, 503, 429);
        Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger all = new AtomicInteger();
        onEveryAnswer((exchange, usual, end) -> {
            String what = exchange.getRequestURI().getPath().replaceAll("[0-9a-f]{64}", "");
            int turn = turns.computeIfAbsent(what, path -> new AtomicInteger()).incrementAndGet();
            SplittableRandom random = new SplittableRandom(SEED + 31L * what.hashCode() + turn);
            all.incrementAndGet();
            if (random.nextInt(10) < 3) {
                failed.incrementAndGet();
                Fault.status(statuses.get(random.nextInt(statuses.size()))).answer(exchange, usual, end);
            } else {
                usual.send(exchange);
            }
        });
        Samples found = during("F4", load.mixed(world.sick(), host(), "f4", 300), 12, 30);
        System.out.println("F4: " + failed + " of " + all + " answers failed");
        assertThat(failed.get() * 100.0 / all.get()).isBetween(25.0, 35.0);
        assertThat(found.falselyDenied() * 100).isLessThanOrEqualTo(found.signed());
        world.sick().clearFaults();
        recovers("F4", Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"half-closed", "reset", "truncated", "shorter", "longer", "flipped bit"})
    void f5TheRegistryBreaksOff(String how) {
        switch (how) {
            case "half-closed" -> world.way().closeHalf();
            case "reset" -> world.way().reset();
            case "truncated" -> onEveryAnswer(Fault.truncated(30));
            case "shorter" -> onEveryAnswer(body(body -> Arrays.copyOf(body, 30)));
            case "longer" -> onEveryAnswer(body(body -> Arrays.copyOf(body, body.length + 1)));
            default -> onEveryAnswer(Fault.flippedBit(77));
        }
        Samples found = during("F5 " + how, sick(24), 6, 30);
        assertThat(found.denials()).hasSameSizeAs(found.all());
        world.sick().clearFaults();
        world.way().pass();
        recovers("F5 " + how, world.sick(), host(), 20, Duration.ofSeconds(5));
    }

    private static Fault body(UnaryOperator<byte[]> change) {
        return Fault.changed(usual -> usual.with(change.apply(usual.body())));
    }

    private static void onEveryAnswer(Fault fault) {
        world.sick().onAll(path -> true, fault);
    }

    /** A token server that is down, or a registry that accepts no token: who counts the calls is the token server. */
    @ParameterizedTest
    @ValueSource(strings = {"hangs up", "fails", "refuses", "loop", "expired"})
    void f6TheTokenServerFails(String how) {
        Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
        String challenge = "Bearer realm=\"" + world.guarded().base() + "/token\",service=\"test-service\"";
        Fault token = switch (how) {
            case "hangs up" -> (exchange, usual, end) -> exchange.close();
            case "fails" -> Fault.status(503);
            case "refuses" -> Fault.status(401);
            default -> Fault.changed(usual -> usual);
        };
        world.guarded().on("/token", (exchange, usual, end) -> {
            // Each image has a repository of its own, and each repository a scope.
            calls.computeIfAbsent(exchange.getRequestURI().getQuery(), scope -> new AtomicInteger())
                    .incrementAndGet();
            token.answer(exchange, usual, end);
        });
        if (how.equals("loop")) {
            world.guarded().onAll(path -> true, Fault.status(401, "WWW-Authenticate", challenge));
        } else if (how.equals("expired")) {
            world.guarded().onAll(path -> true, (exchange, usual, end) -> {
                world.tokens().expireTokens();
                usual.send(exchange);
            });
        }
        List<KnownImage> images = load.mixed(world.guarded(), world.guarded().host(), 20);
        Samples found = during("F6 " + how, images, 2, 30);
        System.out.println("F6 " + how + ": calls for a token by request " + calls.values());
        assertThat(calls)
                .hasSameSizeAs(images)
                .allSatisfy((scope, asked) -> assertThat(asked.get()).isBetween(1, 3));
        if (!how.equals("expired")) {
            assertThat(found.denials()).hasSameSizeAs(images);
        }
        world.guarded().clearFaults();
        recovers("F6 " + how, world.guarded(), world.guarded().host(), 20, Duration.ofSeconds(5));
    }

    /** A name that is not there, one that points elsewhere, one that is lost later, and a name server that does not answer. */
    @Test
    void f7NamesAreNotFound() throws Exception {
        world.resolveSlowly();
        Samples slow = during("F7 slow", load.mixed(world.sick(), world.sickHost(FaultWorld.SLOW), 20), 20, 6);
        assertThat(slow.denials()).hasSameSizeAs(slow.all());

        world.resolve(Map.of(FaultWorld.ABSENT, "", FaultWorld.MOVED, "127.0.0.99"));
        assertThat(load.ask(load.signed(world.sick(), world.sickHost(FaultWorld.LOST)))
                        .right())
                .isTrue();
        for (String name : List.of(FaultWorld.ABSENT, FaultWorld.MOVED)) {
            String host = world.sickHost(name);
            Samples found = during("F7 " + name, load.mixed(world.sick(), host, 20), 10, 30);
            assertThat(found.denials())
                    .hasSameSizeAs(found.all())
                    .allMatch(message -> message.contains(host + " could not be reached"));
        }

        world.resolve(Map.of(FaultWorld.LOST, ""));
        List<CompletableFuture<Void>> recovering = Stream.of(FaultWorld.SLOW, FaultWorld.ABSENT, FaultWorld.MOVED)
                .map(name -> CompletableFuture.runAsync(
                        () -> recovers("F7 " + name, world.sick(), world.sickHost(name), 100, Duration.ofSeconds(15)),
                        task -> Thread.ofPlatform().start(task)))
                .toList();
        long start = System.nanoTime();
        Duration last = Duration.ZERO;
        while (true) {
            Duration begun = Duration.ofNanos(System.nanoTime() - start);
            if (!load.ask(load.signed(world.sick(), world.sickHost(FaultWorld.LOST)))
                    .admitted()) {
                break;
            }
            last = begun;
        }
        System.out.println("F7 lost.test: asked for " + last.toMillis() + " ms more");
        assertThat(last).isLessThanOrEqualTo(Duration.ofSeconds(15));
        recovering.forEach(CompletableFuture::join);
    }
}

package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.KnownImage;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryRepository;
import dev.connaisseur.testing.Samples;
import dev.connaisseur.testing.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults F29 and F30: registry, notary and Redis fall ill in an order that a seed decides, one, two or all of them at a time, while
 * images are asked for whose truth is known. Every verdict is held against it. A program, no test of any suite:
 *
 * <p>{@code ./mvnw -Pinterop toolchains:select-jdk-toolchain@default failsafe:integration-test@interop failsafe:verify@interop
 * -Dit.test=FaultSchedule -Dseconds=1800 -Dseed=1}
 */
@Timeout(7200)
class FaultSchedule {
    private static final long SEED = Long.getLong("seed", 20261122);
    private static final int SECONDS = Integer.getInteger("seconds", 60);
    private static final String REPOSITORY = "registry.example/team/app";
    private static final Digest DIGEST = Digest.of("app".getBytes(StandardCharsets.UTF_8));
    private static final int TAGS = 500;

    private final AtomicInteger asked = new AtomicInteger();

    /** Who falls ill, and how. */
    private enum Illness {
        REGISTRY_GONE,
        REGISTRY_FAILS,
        REGISTRY_SILENT,
        REGISTRY_BREAKS_OFF,
        REGISTRY_LIES,
        NOTARY_FAILS,
        NOTARY_SILENT,
        NOTARY_LIES,
        REDIS_KILLED,
        REDIS_FROZEN,
        /** F29: nobody can be reached but by whoever asks for verdicts. */
        PARTITION
    }

    @Test
    void noVerdictIsEverWrong(@TempDir Path directory) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        List<List<Illness>> schedule = new ArrayList<>();
        try (Replicas replicas = new Replicas(directory);
                RedisServer redis = replicas.redis("redis");
                ServerProcess server =
                        replicas.server("one", replicas.sharing(redis)).awaitReady(Replicas.START)) {
            publish(replicas.notary(), replicas);
            Samples samples;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            try (SteadyLoad load = SteadyLoad.start(() -> next(replicas), server.port(), server.trust())) {
                while (System.nanoTime() < end) {
                    List<Illness> step = random.ints(random.nextInt(1, 3), 0, Illness.values().length)
                            .mapToObj(i -> Illness.values()[i])
                            .distinct()
                            .toList();
                    schedule.add(step);
                    for (Illness illness : step) {
                        fallIll(illness, replicas, redis);
                    }
                    load.awaitMore(2 * SteadyLoad.TOGETHER);
                    heal(replicas, redis);
                    load.awaitMore(2 * SteadyLoad.TOGETHER);
                }
                samples = load.end();
            }
            System.out.println("F30: seed " + SEED + ", " + schedule + ": " + samples);
            assertThat(samples.falselyAdmitted()).isZero();
            assertThat(samples.unanswered()).isZero();
            assertThat(samples.falselyDenied()).isLessThan(samples.signed());
            recover(replicas, server);
        }
    }

    /** Of the registry and of the notary in turn, signed and not. */
    private KnownImage next(Replicas replicas) {
        int number = asked.incrementAndGet();
        if (number % 3 != 0) {
            return replicas.fresh("schedule/");
        }
        boolean signed = number % 2 == 0;
        String tag = (signed ? "v" : "unknown") + number / 6 % TAGS;
        return new KnownImage(REPOSITORY + ":" + tag, Optional.of(DIGEST).filter(digest -> signed));
    }

    private static void publish(NotaryFixture notary, Replicas replicas) {
        NotaryRepository repository = NotaryRepository.create().keys("root", replicas.root());
        for (int i = 0; i < TAGS; i++) {
            repository.target("v" + i, DIGEST);
        }
        notary.put(REPOSITORY, repository.publish());
    }

    private static void fallIll(Illness illness, Replicas replicas, RedisServer redis) throws Exception {
        switch (illness) {
            case REGISTRY_GONE -> replicas.registry().stop();
            case REGISTRY_FAILS -> registry(replicas, Fault.status(503));
            case REGISTRY_SILENT -> registry(replicas, Fault.stallBeforeHeaders());
            case REGISTRY_BREAKS_OFF -> registry(replicas, Fault.truncated(30));
            case REGISTRY_LIES -> registry(replicas, Fault.flippedBit(77));
            case NOTARY_FAILS -> notary(replicas, Fault.status(500));
            case NOTARY_SILENT -> notary(replicas, Fault.stallBeforeHeaders());
            case NOTARY_LIES -> notary(replicas, Fault.flippedBit(77));
            case REDIS_KILLED -> redis.kill();
            case REDIS_FROZEN -> redis.freeze();
            case PARTITION -> {
                registry(replicas, Fault.stallBeforeHeaders());
                notary(replicas, Fault.stallBeforeHeaders());
                redis.freeze();
            }
        }
    }

    private static void registry(Replicas replicas, Fault fault) {
        replicas.registry().onAll(path -> true, fault);
    }

    private static void notary(Replicas replicas, Fault fault) {
        for (String file : List.of("timestamp", "snapshot", "targets", "root")) {
            replicas.notary().on(REPOSITORY, file, fault);
        }
    }

    private static void heal(Replicas replicas, RedisServer redis) throws Exception {
        replicas.registry().clearFaults();
        replicas.registry().start();
        replicas.notary().clearFaults();
        redis.thaw();
        redis.kill();
        redis.start();
    }

    private void recover(Replicas replicas, ServerProcess server) throws InterruptedException {
        Samples samples;
        try (SteadyLoad load = SteadyLoad.start(() -> next(replicas), server.port(), server.trust())) {
            load.awaitMore(60);
            samples = load.end();
        }
        System.out.println("F30: afterwards " + samples);
        assertThat(samples.falselyAdmitted()).isZero();
        assertThat(samples.unanswered()).isZero();
    }
}

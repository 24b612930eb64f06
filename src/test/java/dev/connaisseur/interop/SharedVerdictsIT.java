package dev.connaisseur.interop;

import static dev.connaisseur.interop.Replicas.HITS;
import static dev.connaisseur.interop.Replicas.IGNORED;
import static dev.connaisseur.interop.Replicas.START;
import static dev.connaisseur.interop.Replicas.TIMEOUTS;
import static dev.connaisseur.interop.Replicas.WRITTEN;
import static dev.connaisseur.interop.Replicas.ask;
import static dev.connaisseur.interop.Replicas.metric;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.MountedVolume;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two servers, one real Redis by TLS: what they tell each other, and what becomes of admissions when it dies, hangs or lies. */
@Timeout(1800)
class SharedVerdictsIT {
    private static final int TRIES = 50;

    @TempDir
    private static Path directory;

    private static Replicas replicas;
    private static RedisServer redis;
    private static RedisServer missing;
    private static ServerProcess one;
    private static ServerProcess two;
    /** Its Redis was not there when it started. */
    private static ServerProcess alone;

    @BeforeAll
    static void start() throws Exception {
        replicas = new Replicas(directory);
        redis = replicas.redis("redis");
        missing = replicas.redis("missing");
        missing.kill();
        // One after the other: together they would all be late.
        one = replicas.server("one", replicas.sharing(redis)).awaitReady(START);
        two = replicas.server("two", replicas.sharing(redis)).awaitReady(START);
        alone = replicas.server("alone", replicas.sharing(missing)).awaitReady(START);
    }

    @AfterAll
    static void end() {
        for (ServerProcess server : new ServerProcess[] {one, two, alone}) {
            if (server != null) {
                server.close();
            }
        }
        for (RedisServer server : new RedisServer[] {redis, missing}) {
            if (server != null) {
                server.close();
            }
        }
        replicas.close();
    }

    @Test
    void whatOneVerifiedTheOtherOneNeedNot() throws Exception {
        assertThat(replicas.untilShared(one, two))
                .as("requests of the second server")
                .isZero();
        assertThat(two.get("/health/ready").body()).contains("\"cache\":\"on\"");
    }

    /** Rows 76 and 77. That the last one admits shows that nothing but the seal and the time keeps the others out. */
    @Test
    void whatIsForgedStaleOrForeignIsIgnored() throws Exception {
        replicas.untilShared(one, two);
        for (Forgery forgery : Forgery.values()) {
            boolean read = false;
            for (int i = 0; i < TRIES && !read; i++) {
                read = isRead(forgery);
            }
            assertThat(read).as(forgery + " was looked at").isTrue();
        }
    }

    /** Puts an entry for an image that nobody signed, and asks for it. */
    private static boolean isRead(Forgery forgery) throws Exception {
        Set<String> before = redis.names(replicas.authority(), "verdict");
        replicas.askAndShare(one, replicas.signed(replicas.repository()));
        Set<String> good = redis.names(replicas.authority(), "verdict");
        good.removeAll(before);
        String image = replicas.unsigned(replicas.repository());
        assertThat(replicas.askAndShare(one, image).allowed()).isFalse();
        Set<String> bad = redis.names(replicas.authority(), "verdict");
        bad.removeAll(before);
        bad.removeAll(good);
        if (good.size() != 1 || bad.size() != 1) {
            return false; // Redis was too slow for an entry
        }
        String name = bad.iterator().next();
        String other = good.iterator().next();
        redis.command(
                replicas.authority(),
                "SET",
                name,
                forgery.value(name, other, redis.value(replicas.authority(), other)));
        String count = forgery.isSealed() ? HITS : IGNORED;
        double looked = metric(two, count);
        AdmissionAnswer answer = ask(two, image);
        boolean read = metric(two, count) > looked;
        assertThat(answer.allowed()).as(forgery + ": " + answer.message()).isEqualTo(read && forgery.admits());
        return read;
    }

    /** Faults F9 and F10: each state lasts until so many admissions have been answered in it. */
    @Test
    void aRedisThatDiesReturnsAndHangsUnderLoadChangesNoVerdict() throws Exception {
        replicas.untilShared(one, two);
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        Semaphore answers = new Semaphore(0);
        int all = 0;
        AtomicBoolean ended = new AtomicBoolean();
        List<Thread> load = List.of(
                Thread.ofPlatform().start(() -> load(one, two, ended, answers, wrong)),
                Thread.ofPlatform().start(() -> load(two, one, ended, answers, wrong)));
        try {
            for (int round = 0; round < 2; round++) {
                all += some(answers);
                redis.kill();
                all += some(answers);
                redis.start();
                all += some(answers);
                redis.freeze();
                all += some(answers);
                redis.thaw();
            }
        } finally {
            ended.set(true);
            for (Thread thread : load) {
                thread.join(Duration.ofSeconds(90));
            }
        }
        assertThat(wrong).isEmpty();
        System.out.println("Redis killed and frozen twice under load: " + (all + answers.availablePermits())
                + " answers, none wrong, none failed");
        assertThat(replicas.untilShared(one, two)).isZero();
    }

    private static int some(Semaphore answers) throws InterruptedException {
        assertThat(answers.tryAcquire(12, 3, TimeUnit.MINUTES))
                .as("answers in time")
                .isTrue();
        return 12;
    }

    private static void load(
            ServerProcess first, ServerProcess second, AtomicBoolean ended, Semaphore answers, Queue<String> wrong) {
        for (int i = 0; !ended.get(); i++) {
            String repository = replicas.repository();
            boolean good = i % 2 == 0;
            String image = good ? replicas.signed(repository) : replicas.unsigned(repository);
            for (ServerProcess server : List.of(first, second)) {
                try {
                    AdmissionAnswer answer = ask(server, image);
                    if (answer.allowed() != good) {
                        wrong.add(image + ": " + answer.message());
                    }
                } catch (AssertionError e) {
                    wrong.add(image + ": " + e + " " + e.getCause());
                }
                answers.release();
            }
        }
    }

    /** Fault F10: each call is given up within the allowance, and then none is made for a second. */
    @Test
    void aRedisThatHangsCostsATenthOfASecondAtMost() throws Exception {
        replicas.untilShared(one, two);
        double before = metric(two, TIMEOUTS);
        long begun = System.nanoTime();
        redis.freeze();
        double timeouts = 0;
        int admissions = 0;
        try {
            while (admissions < 5 || (timeouts == 0 && admissions < TRIES)) {
                assertThat(ask(two, replicas.signed(replicas.repository())).allowed())
                        .isTrue();
                admissions++;
                timeouts = metric(two, TIMEOUTS) - before;
            }
        } finally {
            redis.thaw();
        }
        Duration spent = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(timeouts).isPositive().isLessThanOrEqualTo(spent.toSeconds() + 1.0);
        List<Integer> patience = Pattern.compile("did not answer within (\\d+) ms")
                .matcher(one.console() + two.console())
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
        assertThat(patience).allSatisfy(milliseconds -> assertThat(milliseconds).isLessThanOrEqualTo(100));
        System.out.println(admissions + " admissions before a Redis that hangs: " + (int) timeouts + " waited for it");
        replicas.untilShared(one, two);
    }

    /** Fault F8. */
    @Test
    void aRedisThatIsNotThereAtStartIsUsedOnceItIs() throws Exception {
        assertThat(alone.get("/health/ready").statusCode()).isEqualTo(200);
        Replicas.awaitState(alone, "silent");
        AdmissionAnswer answer = ask(alone, replicas.signed(replicas.repository()));
        assertThat(answer.allowed()).as(answer.message()).isTrue();
        assertThat(ask(alone, replicas.unsigned(replicas.repository())).allowed())
                .isFalse();
        assertThat(metric(alone, WRITTEN)).isZero();
        try {
            missing.start();
            for (int i = 0; i < TRIES && metric(alone, WRITTEN) == 0; i++) {
                replicas.askAndShare(alone, replicas.signed(replicas.repository()));
            }
            assertThat(metric(alone, WRITTEN)).isPositive();
            Replicas.awaitState(alone, "on");
        } finally {
            missing.kill();
        }
    }

    /** Fault F21, and the part of F11 that is about a certificate which is not believed. */
    @Test
    void anotherAuthorityOfRedisIsBelievedOnceItIsMounted() throws Exception {
        TestAuthority next = TestAuthority.create("next");
        MountedVolume trust = MountedVolume.of(
                directory.resolve("redis-trust"),
                Map.of("tls.crt", replicas.authority().pem()));
        try (RedisServer moved = replicas.redis("moved");
                ServerProcess server = replicas.server("moving", sharing(moved, trust))) {
            server.awaitReady(START);
            assertThat(writes(server)).isTrue();
            moved.kill();
            next.writePair(directory.resolve("moved"));
            moved.start();
            double before = metric(server, WRITTEN);
            for (int i = 0; i < 3; i++) {
                AdmissionAnswer answer = ask(server, replicas.signed(replicas.repository()));
                assertThat(answer.allowed()).as(answer.message()).isTrue();
                assertThat(ask(server, replicas.unsigned(replicas.repository())).allowed())
                        .isFalse();
            }
            assertThat(metric(server, WRITTEN)).isEqualTo(before);
            assertThat(server.get("/health/ready").statusCode()).isEqualTo(200);
            trust.swap(Map.of("tls.crt", next.pem()));
            assertThat(writes(server)).as(server.console()).isTrue();
            Replicas.awaitState(server, "on");
        }
    }

    private static String[] sharing(RedisServer redis, MountedVolume trust) throws IOException {
        List<String> environment = new ArrayList<>(List.of(replicas.sharing(redis)));
        environment.addAll(List.of(
                "CONNAISSEUR_REDIS_CERTS_DIR", trust.path().toString(), "CONNAISSEUR_RELOAD_INTERVAL", "200ms"));
        return environment.toArray(String[]::new);
    }

    /** Whether Redis takes what a server gives it; one call may come too late, and the next one is a second away. */
    private static boolean writes(ServerProcess server) throws InterruptedException {
        double before = metric(server, WRITTEN);
        for (int i = 0; i < TRIES && metric(server, WRITTEN) == before; i++) {
            replicas.askAndShare(server, replicas.signed(replicas.repository()));
        }
        return metric(server, WRITTEN) > before;
    }

    /** Row 52, for a process that has not seen the newer version itself. */
    @Test
    void aNotaryThatWentBackIsSeenBySecondProcessUntilBothForget() throws Exception {
        RestoredNotary notary = new RestoredNotary(replicas.notary(), replicas.root());
        notary.serveNewer();
        for (int i = 0; i < TRIES && redis.names(replicas.authority(), "roles").isEmpty(); i++) {
            AdmissionAnswer seen = replicas.askAndShare(one, notary.image());
            assertThat(seen.allowed()).as(seen.message()).isTrue();
        }
        notary.serveOlder();
        AdmissionAnswer unaware = ask(alone, notary.image());
        assertThat(unaware.allowed())
                .as("without shared memory: " + unaware.message())
                .isTrue();
        String cause = until(two, notary, false).message();
        assertThat(cause)
                .containsPattern(
                        "the server offers timestamp version 1, but version 2 was seen at 2\\d{3}-\\d\\d-\\d\\dT")
                .contains("connaisseur trust forget");
        assertThat(ask(one, notary.image()).allowed()).isFalse();

        List<String> environment = List.of(replicas.sharing(redis));
        notary.forget(directory, environment, RestoredNotary.REPOSITORY + "2");
        assertThat(ask(one, notary.image()).allowed())
                .as("another repository was forgotten")
                .isFalse();
        assertThat(notary.forget(directory, environment, RestoredNotary.REPOSITORY))
                .contains("forgotten: what was seen until now of " + RestoredNotary.REPOSITORY);
        until(one, notary, true);
        until(two, notary, true);

        notary.serveNewer();
        until(one, notary, true);
        notary.serveOlder();
        assertThat(ask(one, notary.image()).allowed()).as("seen since then").isFalse();
    }

    /** A call to Redis that takes longer than its allowance is none. */
    private static AdmissionAnswer until(ServerProcess server, RestoredNotary notary, boolean allowed) {
        AdmissionAnswer answer = ask(server, notary.image());
        for (int i = 0; i < TRIES && answer.allowed() != allowed; i++) {
            answer = ask(server, notary.image());
        }
        assertThat(answer.allowed()).as(answer.message()).isEqualTo(allowed);
        return answer;
    }
}

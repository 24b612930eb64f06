package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.integration.Crowd.Answered;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand admissions at the same time, over a thousand connections, of a server as it ships but with a cache that remembers
 * nothing. The registry answers nobody before all of them wait: what they share is read from its log.
 */
@Timeout(600)
class CrowdIT {
    private static final int MANY = 1000;
    private static final String AWAITED = "connaisseur_verifications_awaited";
    /** After eight seconds without an answer of the registry the server would ask it again. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    /** How much later than its deadline an answer may be read here. */
    private static final Duration SLACK = Duration.ofSeconds(20);

    private static final String[] LATE = {"did not answer within", "timed out", "too many other verifications"};

    private static final EmbeddedRegistry REGISTRY = EmbeddedRegistry.open();
    private static final CosignSigner SIGNER = CosignSigner.create();
    private static final AtomicInteger REPOSITORIES = new AtomicInteger();
    private static ServerProcess server;
    private static Crowd crowd;

    @BeforeAll
    static void start(@TempDir Path directory) {
        server = ServerTrial.start(directory, ServerTrial.cosignRules(REGISTRY, SIGNER), "CACHE_EXPIRY_SECONDS", "0")
                .awaitReady(ServerTrial.START);
        crowd = new Crowd(server);
    }

    @AfterAll
    static void stop() {
        crowd.close();
        server.close();
        REGISTRY.close();
    }

    private static String fresh() {
        return "app-" + REPOSITORIES.incrementAndGet();
    }

    private static Digest push(String repository) {
        return TestImage.push(REGISTRY, repository, "v1", repository);
    }

    private static void signed(String repository) {
        SIGNER.sign(REGISTRY, repository, push(repository));
    }

    private static String image(String repository) {
        return REGISTRY.host() + "/" + repository + ":v1";
    }

    /** What the registry was asked about a repository. */
    private static List<String> asked(String repository) {
        return REGISTRY.log().stream()
                .map(access -> access.path())
                .filter(path -> path.startsWith("/v2/" + repository + "/"))
                .map(path -> path.substring(4 + repository.length()).replaceAll("[0-9a-f]{64}", ""))
                .toList();
    }

    /** What the registry is asked for one admission. */
    private static List<String> alone(Consumer<String> push) {
        String repository = fresh();
        push.accept(repository);
        server.review(ServerTrial.pod("alone", image(repository)));
        return asked(repository);
    }

    /** Everybody asks for one image, about which the registry says nothing before it is let. */
    private static final class Gathering implements AutoCloseable {
        final String repository = fresh();
        final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch tried = new CountDownLatch(1);
        private final List<CompletableFuture<Answered>> asking = new ArrayList<>();

        Gathering(Consumer<String> push) {
            crowd.connect(MANY);
            push.accept(repository);
            REGISTRY.onManifest(repository, "v1", (exchange, usual, end) -> {
                tried.countDown();
                try {
                    assertThat(held.await(5, TimeUnit.MINUTES)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException(e);
                }
                usual.send(exchange);
            });
        }

        /** The first one's verification is under way when the others come. Each is told to wait for so many seconds. */
        void ask(int first, int others) throws InterruptedException {
            asking.add(crowd.ask(0, image(repository), first));
            tried.await(PATIENCE.toSeconds(), TimeUnit.SECONDS); // or its time is over before it came so far
            for (int i = 1; i < MANY; i++) {
                asking.add(crowd.ask(i, image(repository), others));
            }
        }

        /** Lets the registry answer, if it does not yet, and gives what those got who have come after so many others. */
        List<Answered> answers(int from) {
            held.countDown();
            return asking.subList(from, MANY).stream().map(Crowd::ended).toList();
        }

        @Override
        public void close() {
            held.countDown();
        }
    }

    /** All that were to wait did so at once, in little time: a busy machine may need more than one try. */
    private static Gathering gathered(Consumer<String> push, int first, int waiting) throws Exception {
        for (int i = 0; i < 10; i++) {
            Gathering gathering = new Gathering(push);
            long begun = System.nanoTime();
            gathering.ask(first, 30);
            while (System.nanoTime() - begun < PATIENCE.toNanos()) {
                if (awaited() == waiting) {
                    return gathering;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
            System.out.println("only " + awaited() + " within " + PATIENCE);
            gathering.answers(0);
            gathering.close();
        }
        throw new AssertionError("this machine is too slow for " + MANY + " admissions at the same time");
    }

    private static long awaited() {
        return server.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(AWAITED + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(AWAITED.length())))
                .sum();
    }

    private static void admitted(List<Answered> answers, String repository) {
        String digest = REGISTRY.tagged(repository, "v1").orElseThrow().toString();
        for (Answered answered : answers) {
            AdmissionAnswer answer = answered.answer();
            assertThat(answer.allowed()).as(answer.message()).isTrue();
            assertThat(answer.patch().toString()).contains(digest);
        }
    }

    @Test
    void equalOnesAreOneVerification() throws Exception {
        try (Gathering all = gathered(CrowdIT::signed, 30, MANY)) {
            admitted(all.answers(0), all.repository);
            assertThat(asked(all.repository)).isEqualTo(alone(CrowdIT::signed));
        }
    }

    /** Nobody is admitted by it, and who comes later asks anew. */
    @Test
    void aVerificationThatFailsIsOneAndAdmitsNobody() throws Exception {
        try (Gathering all = gathered(CrowdIT::push, 30, MANY)) {
            for (Answered answered : all.answers(0)) {
                assertThat(answered.answer().allowed()).isFalse();
                assertThat(answered.answer().message()).contains("no signatures found");
            }
            assertThat(asked(all.repository)).isEqualTo(alone(CrowdIT::push));
            SIGNER.sign(
                    REGISTRY,
                    all.repository,
                    REGISTRY.tagged(all.repository, "v1").orElseThrow());
            assertThat(AdmissionAnswer.of(server.review(ServerTrial.pod("later", image(all.repository))))
                            .allowed())
                    .isTrue();
        }
    }

    /** Whoever began it hangs up. */
    @Test
    void aFirstOneThatGoesAwayTakesNobodyAlong() throws Exception {
        try (Gathering all = gathered(CrowdIT::signed, 30, MANY)) {
            crowd.leave(0);
            admitted(all.answers(1), all.repository);
            assertThat(asked(all.repository)).isEqualTo(alone(CrowdIT::signed));
        }
    }

    /** The API server waits two seconds for it, so its own deadline is one. */
    @Test
    void aFirstOneWithLittleTimeIsRefusedAlone() throws Exception {
        try (Gathering all = gathered(CrowdIT::signed, 2, MANY - 1)) {
            Answered first = Crowd.ended(all.asking.getFirst());
            assertThat(first.answer().allowed()).isFalse();
            assertThat(first.answer().message()).containsAnyOf(LATE);
            assertThat(first.time()).isLessThan(SLACK.plusSeconds(1));
            admitted(all.answers(1), all.repository);
            assertThat(asked(all.repository))
                    .hasSizeLessThanOrEqualTo(2 * alone(CrowdIT::signed).size());
        }
    }

    /** The registry says nothing at all: whoever waited for it would wait for minutes. */
    @Test
    void whereNothingIsAnsweredNobodyIsAdmittedOrWaitsLongerThanToldTo() throws Exception {
        try (Gathering all = new Gathering(CrowdIT::signed)) {
            all.ask(5, 5);
            List<Answered> answers = all.asking.stream().map(Crowd::ended).toList();
            for (Answered one : answers) {
                assertThat(one.answer().allowed()).isFalse();
                assertThat(one.answer().message()).containsAnyOf(LATE);
                assertThat(one.time()).isLessThan(SLACK.plusSeconds(4));
            }
            List<Duration> times = answers.stream().map(Answered::time).sorted().toList();
            System.out.println(MANY + " timed out after " + times.getFirst().toMillis() + " to "
                    + times.getLast().toMillis() + " ms");
        }
    }

    /** Who is refused for want of time on a busy machine asks again. */
    @Test
    void differentOnesAreNotMerged() {
        List<String> repositories =
                IntStream.range(0, MANY).mapToObj(i -> fresh()).toList();
        repositories.forEach(CrowdIT::signed);
        List<String> open = repositories;
        for (int i = 0; i < 20 && !open.isEmpty(); i++) {
            crowd.connect(open.size());
            List<CompletableFuture<Answered>> asking = new ArrayList<>();
            for (String repository : open) {
                asking.add(crowd.ask(asking.size(), image(repository), 30));
            }
            List<String> again = new ArrayList<>();
            for (int j = 0; j < asking.size(); j++) {
                Answered answered = Crowd.ended(asking.get(j));
                String repository = open.get(j);
                if (answered.answer().allowed()) {
                    admitted(List.of(answered), repository);
                } else {
                    assertThat(answered.answer().message()).containsAnyOf(LATE);
                    again.add(repository);
                }
            }
            open = again;
        }
        assertThat(open).isEmpty();
        List<String> single = alone(CrowdIT::signed);
        assertThat(repositories)
                .allSatisfy(repository -> assertThat(asked(repository)).hasSizeGreaterThanOrEqualTo(single.size()));
    }
}

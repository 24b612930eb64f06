package dev.connaisseur.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.admission.AdmissionDecision.Refused;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Equal verifications in flight are one, with a cache that remembers nothing. */
@Timeout(120)
class SharedVerificationTest {
    private static final int MANY = 1000;
    private static final Duration AMPLE = Duration.ofSeconds(60);

    private final Bench bench = new Bench(
                    AdmissionLimits.DEFAULT, new Settings.Cache(Duration.ZERO, true, Duration.ZERO))
            .rule("*:*", "cosign");
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    @AfterEach
    void close() {
        bench.close();
    }

    /** A validator that holds back what it found until the test says so. */
    private void answering(Supplier<Verdict> found) {
        bench.with(new ScriptedValidator("cosign", (image, context) -> {
            asked.incrementAndGet();
            begun.countDown();
            await(answer);
            return found.get();
        }));
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("the test never said so");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ValidationException(Reason.TIMED_OUT, "interrupted");
        }
    }

    private CompletableFuture<AdmissionDecision> send(String image, Duration deadline) {
        AdmissionReview review = AdmissionReview.parse(
                Reviews.create("Pod", "u", image).toString().getBytes(StandardCharsets.UTF_8));
        return bench.controller()
                .review(review, bench.generation(), Deadline.after(deadline))
                .toCompletableFuture();
    }

    /** Sends them and waits until each of them is on board or has its turn to be. */
    private List<CompletableFuture<AdmissionDecision>> sendMany(int flights) {
        List<CompletableFuture<AdmissionDecision>> sent = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            sent.add(send("reg.io/app:v1", AMPLE));
        }
        awaitWaiting(flights, MANY);
        return sent;
    }

    private void awaitWaiting(int flights, int passengers) {
        Verdicts verdicts = bench.controller().verdicts();
        for (int i = 0; i < 6000 && (verdicts.flights() != flights || verdicts.waiting() != passengers); i++) {
            pause();
        }
        assertThat(verdicts.flights()).isEqualTo(flights);
        assertThat(verdicts.waiting()).isEqualTo(passengers);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static AdmissionDecision decided(CompletableFuture<AdmissionDecision> sent) {
        return sent.orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Test
    void aThousandEqualAdmissionsAreOneVerification() {
        answering(() -> new Verdict.Signed(Bench.DIGEST, List.of("key")));
        List<CompletableFuture<AdmissionDecision>> sent = sendMany(1);
        answer.countDown();
        assertThat(sent)
                .allSatisfy(one -> assertThat(decided(one))
                        .isInstanceOfSatisfying(
                                Allowed.class,
                                allowed ->
                                        assertThat(allowed.patch().operations()).hasSize(1)));
        assertThat(asked).hasValue(1);
        assertThat(bench.controller().verdicts().flights()).isZero();
        assertThat(decided(send("reg.io/app:v1", AMPLE))).isInstanceOf(Allowed.class);
        assertThat(asked).as("who comes later asks anew").hasValue(2);
    }

    @Test
    void aFailureIsForThoseWhoWereThereOnly() {
        AtomicInteger answers = new AtomicInteger();
        answering(() -> {
            if (answers.getAndIncrement() == 0) {
                throw new ValidationException(Reason.INCONCLUSIVE, "the registry fell over");
            }
            return new Verdict.Signed(Bench.DIGEST, List.of());
        });
        List<CompletableFuture<AdmissionDecision>> sent = sendMany(1);
        answer.countDown();
        assertThat(sent)
                .allSatisfy(
                        one -> assertThat(decided(one).message().orElseThrow()).contains("the registry fell over"));
        assertThat(asked).hasValue(1);
        assertThat(decided(send("reg.io/app:v1", AMPLE))).isInstanceOf(Allowed.class);
    }

    @Test
    void ourOwnMistakeAdmitsNobody() {
        answering(() -> {
            throw new IllegalStateException("a mistake of a test");
        });
        List<CompletableFuture<AdmissionDecision>> sent = sendMany(1);
        answer.countDown();
        assertThat(sent).allSatisfy(one -> assertThat(decided(one)).isInstanceOf(Refused.class));
    }

    @Test
    void anEndOfTheProcessAdmitsNobody() {
        answering(() -> new Verdict.Signed(Bench.DIGEST, List.of()));
        List<CompletableFuture<AdmissionDecision>> sent = sendMany(1);
        bench.close();
        assertThat(sent).allSatisfy(one -> assertThat(decided(one)).isInstanceOf(Refused.class));
    }

    /** Whoever began it leaves after a second, the others stay and get the answer. */
    @Test
    void theFirstOnesDeadlineIsItsOwn() {
        answering(() -> new Verdict.Signed(Bench.DIGEST, List.of()));
        CompletableFuture<AdmissionDecision> hasty = send("reg.io/app:v1", Duration.ofSeconds(1));
        await(begun);
        List<CompletableFuture<AdmissionDecision>> patient = IntStream.range(0, 100)
                .mapToObj(i -> send("reg.io/app:v1", AMPLE))
                .toList();
        assertThat(decided(hasty).message().orElseThrow()).contains("timed out");
        answer.countDown();
        assertThat(patient).allSatisfy(one -> assertThat(decided(one)).isInstanceOf(Allowed.class));
        assertThat(asked.get()).isLessThanOrEqualTo(2);
    }

    /** A verification that ran out of the time of whoever began it is tried again for those who have more. */
    @Test
    void aTimeOutIsNotHandedToWhoeverHasTimeLeft() {
        AtomicInteger answers = new AtomicInteger();
        answering(() -> {
            if (answers.getAndIncrement() == 0) {
                throw new ValidationException(Reason.TIMED_OUT, "the registry did not answer in time");
            }
            return new Verdict.Signed(Bench.DIGEST, List.of());
        });
        CompletableFuture<AdmissionDecision> first = send("reg.io/app:v1", AMPLE);
        awaitWaiting(1, 1);
        List<CompletableFuture<AdmissionDecision>> others = IntStream.range(0, 100)
                .mapToObj(i -> send("reg.io/app:v1", AMPLE))
                .toList();
        awaitWaiting(1, 101);
        answer.countDown();
        assertThat(decided(first)).isInstanceOf(Refused.class);
        assertThat(others).allSatisfy(one -> assertThat(decided(one)).isInstanceOf(Allowed.class));
    }

    @Test
    void aThousandDifferentImagesAreAThousandVerifications() {
        answer.countDown();
        answering(() -> new Verdict.Signed(Bench.DIGEST, List.of()));
        List<CompletableFuture<AdmissionDecision>> sent = IntStream.range(0, MANY)
                .mapToObj(i -> send("reg.io/app" + i + ":v1", AMPLE))
                .toList();
        assertThat(sent).allSatisfy(one -> assertThat(decided(one)).isInstanceOf(Allowed.class));
        assertThat(asked).hasValue(MANY);
    }
}

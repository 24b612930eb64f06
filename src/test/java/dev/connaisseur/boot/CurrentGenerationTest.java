package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionPhase;
import dev.connaisseur.kubernetes.AdmissionResponse;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.KindRef;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two lifetimes: a request keeps the configuration that it began with. */
final class CurrentGenerationTest {
    private static final Deadline SOON = Deadline.after(Duration.ofSeconds(30));
    private static final AdmissionReview REVIEW = new AdmissionReview(
            AdmissionPhase.MUTATING,
            "admission.k8s.io/v1",
            "uid",
            new KindRef("", "v1", "Pod"),
            "ns",
            "name",
            "CREATE",
            "",
            false,
            JsonValue.EMPTY_JSON_OBJECT,
            JsonValue.NULL);

    private final CurrentGeneration current = new CurrentGeneration();

    @Test
    void aRequestEndsOnTheGenerationThatItBeganOn() {
        CompletableFuture<AdmissionResponse> pending = new CompletableFuture<>();
        AtomicInteger closedOld = new AtomicInteger();
        AtomicInteger closedNew = new AtomicInteger();
        current.replaceBy(new Generation("old", (review, deadline) -> pending, closedOld::incrementAndGet));
        CompletableFuture<AdmissionResponse> running =
                current.review(REVIEW, SOON).toCompletableFuture();

        current.replaceBy(new Generation("new", answering("new"), closedNew::incrementAndGet));

        assertThat(running).as("still on the old one").isNotDone();
        assertThat(closedOld).as("held by its request").hasValue(0);
        assertThat(messageOf(current.review(REVIEW, SOON).toCompletableFuture()))
                .isEqualTo("new");

        pending.complete(AdmissionResponse.denied("old"));
        assertThat(messageOf(running)).isEqualTo("old");
        assertThat(closedOld).as("closed with its last request, once").hasValue(1);
        assertThat(closedNew).hasValue(0);
    }

    @Test
    void aGenerationThatNobodyUsesIsClosedAtOnce() {
        AtomicInteger closed = new AtomicInteger();
        current.replaceBy(new Generation("old", answering("old"), closed::incrementAndGet));
        current.review(REVIEW, SOON);
        current.replaceBy(new Generation("new", answering("new"), () -> {}));
        assertThat(closed).hasValue(1);
    }

    @Test
    void aRequestThatFailsLetsGoToo() {
        AtomicInteger closed = new AtomicInteger();
        current.replaceBy(new Generation(
                "old",
                (review, deadline) -> {
                    throw new IllegalStateException("bug");
                },
                closed::incrementAndGet));
        assertThat(current.review(REVIEW, SOON).toCompletableFuture()).isCompletedExceptionally();
        current.replaceBy(new Generation("new", answering("new"), () -> {}));
        assertThat(closed).hasValue(1);
    }

    @Test
    void beforeAnyConfigurationEverythingIsDenied() {
        assertThat(messageOf(current.review(REVIEW, SOON).toCompletableFuture()))
                .contains("no configuration");
    }

    @Test
    void underAStreamOfRequestsAndReplacementsNoneMeetsAClosedGeneration() throws Exception {
        List<AtomicInteger> closings = new ArrayList<>();
        AtomicBoolean metClosed = new AtomicBoolean();
        current.replaceBy(counting(closings, metClosed));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(threads.submit(() -> {
                    for (int n = 0; n < 5_000; n++) {
                        current.review(REVIEW, SOON).toCompletableFuture().join();
                    }
                }));
            }
            for (int i = 0; i < 500; i++) {
                current.replaceBy(counting(closings, metClosed));
                Thread.onSpinWait();
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
        assertThat(metClosed).isFalse();
        assertThat(closings.subList(0, closings.size() - 1))
                .allSatisfy(closed -> assertThat(closed).hasValue(1));
        assertThat(closings.getLast()).as("in force").hasValue(0);
    }

    private static Generation counting(List<AtomicInteger> closings, AtomicBoolean metClosed) {
        AtomicInteger closed = new AtomicInteger();
        closings.add(closed);
        return new Generation(
                "some",
                (review, deadline) -> {
                    if (closed.get() > 0) {
                        metClosed.set(true);
                    }
                    return CompletableFuture.completedStage(AdmissionResponse.denied("x"));
                },
                closed::incrementAndGet);
    }

    private static dev.connaisseur.webhook.Admissions answering(String message) {
        return (review, deadline) -> CompletableFuture.completedStage(AdmissionResponse.denied(message));
    }

    private static String messageOf(CompletableFuture<AdmissionResponse> answer) {
        return answer.join().message().orElseThrow();
    }
}

package dev.connaisseur.admission;

import dev.connaisseur.http.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/** Runs the verifications of a request side by side and waits for them no longer than the deadline. */
final class Verifications {
    /** A verification that gives up at the deadline can still say what did not answer. */
    private static final Duration GRACE = Duration.ofMillis(200);

    private final Executor threads;
    private final int perRequest;

    /** @param threads one per task: tasks wait */
    Verifications(AdmissionLimits limits, Executor threads) {
        this.threads = threads;
        this.perRequest = limits.perRequest();
    }

    /**
     * Begins with the first images and ends with the deadline.
     *
     * @param verify makes the outcome of one image; never throws
     * @return in the order of the images; those without a verdict timed out
     */
    List<Outcome> run(List<Step.Open> images, Function<Step.Open, Outcome> verify, Deadline deadline)
            throws InterruptedException {
        AtomicReferenceArray<Outcome> outcomes = new AtomicReferenceArray<>(images.size());
        CountDownLatch missing = new CountDownLatch(images.size());
        AtomicInteger next = new AtomicInteger();
        Runnable worker = () -> {
            for (int i = next.getAndIncrement(); i < images.size(); i = next.getAndIncrement()) {
                outcomes.set(i, deadline.passed() ? timedOut(images.get(i)) : verify.apply(images.get(i)));
                missing.countDown();
            }
        };
        for (int i = 0; i < Math.min(perRequest, images.size()); i++) {
            threads.execute(worker);
        }
        Duration patience = deadline.remaining().plus(GRACE);
        missing.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        List<Outcome> result = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            Outcome outcome = outcomes.get(i);
            result.add(outcome == null ? timedOut(images.get(i)) : outcome);
        }
        return result;
    }

    private static Outcome timedOut(Step.Open image) {
        return image.without(new Outcome.TimedOut(image.image(), image.by(), Evidence.NONE, image.warnings()));
    }
}

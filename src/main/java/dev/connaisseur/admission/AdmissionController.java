package dev.connaisseur.admission;

import dev.connaisseur.admission.Admission.Begun;
import dev.connaisseur.admission.Grounds.Result;
import dev.connaisseur.cache.VerdictCache;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.validator.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Decides reviews. What needs nothing from outside is decided on the caller's thread; virtual threads begin only where a validator
 * must look something up. Nothing that goes wrong here or below ever admits: the only catch of everything stands in this class and
 * denies.
 */
public final class AdmissionController implements AutoCloseable {
    private final AdmissionLimits limits;
    private final AdmissionMetrics metrics;
    private final Cluster cluster;
    private final InstantSource clock;
    private final List<Consumer<DecisionRecord>> observers;
    private final Traces traces;
    private final ExecutorService threads;
    private final Verifications verifications;
    private final Verdicts verdicts;

    /**
     * Makes a controller for the life of the process.
     *
     * @param cluster tells whose children are approved, and what pods log in to registries with
     * @param cache remembers what validators said
     * @param clock dates the records
     * @param observers get the record of every decision before it is answered, in this order; one that fails makes the answer fail
     * @param traces gets the tree of every decision that is no rehearsal
     */
    public AdmissionController(
            AdmissionLimits limits,
            AdmissionMetrics metrics,
            Cluster cluster,
            VerdictCache cache,
            InstantSource clock,
            List<Consumer<DecisionRecord>> observers,
            Traces traces) {
        this.limits = limits;
        this.metrics = metrics;
        this.cluster = cluster;
        this.clock = clock;
        this.observers = List.copyOf(observers);
        this.traces = traces;
        threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("review-", 0).factory());
        verifications = new Verifications(limits, threads);
        verdicts = new Verdicts(cache, limits, threads);
        metrics.awaited(verdicts::waiting);
    }

    /**
     * Decides by the deadline.
     *
     * @param generation the configuration that this review, and nothing else, decides by
     * @return complete already where nothing had to be looked up; fails only if not even a denial could be made
     */
    public CompletionStage<AdmissionDecision> review(
            AdmissionReview review, GenerationView generation, Deadline deadline) {
        long begun = System.nanoTime();
        Admission admission = new Admission(review, generation, cluster, verdicts, deadline);
        return switch (begin(admission)) {
            case Begun.Decided decided
            when !Announcement.waits(admission, decided.decision()) ->
                CompletableFuture.completedStage(finished(admission, decided.decision(), begun));
            case Begun.Decided decided -> started(admission, decided::decision, begun);
            case Begun.Open open -> started(admission, () -> join(admission, open), begun);
        };
    }

    Verdicts verdicts() {
        return verdicts;
    }

    private CompletionStage<AdmissionDecision> started(
            Admission admission, Supplier<AdmissionDecision> decision, long begun) {
        try {
            return CompletableFuture.supplyAsync(() -> finished(admission, decision.get(), begun), threads);
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.completedStage(finished(admission, broken(admission, closed), begun));
        }
    }

    /** Interrupts what is still being decided. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    private Begun begin(Admission admission) {
        try {
            return admission.begin(limits);
        } catch (Throwable failure) {
            return new Begun.Decided(broken(admission, failure));
        }
    }

    private AdmissionDecision join(Admission admission, Begun.Open open) {
        try {
            List<Step.Open> pending = open.steps().stream()
                    .filter(Step.Open.class::isInstance)
                    .map(Step.Open.class::cast)
                    .toList();
            List<Outcome> verified =
                    verifications.run(pending, image -> verify(admission, open.images(), image), admission.deadline());
            int next = 0;
            List<Outcome> outcomes = new ArrayList<>();
            for (Step step : open.steps()) {
                outcomes.add(step instanceof Step.Decided decided ? decided.outcome() : verified.get(next++));
            }
            return admission.decide(open.workload(), outcomes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return broken(admission, e);
        } catch (Throwable failure) {
            return broken(admission, failure);
        }
    }

    private Outcome verify(Admission admission, ImageReview images, Step.Open image) {
        long begun = System.nanoTime();
        try {
            Outcome outcome = images.finish(image);
            if (!admission.review().dryRun()) {
                metrics.verified(outcome.evidence());
            }
            return outcome;
        } catch (Throwable failure) {
            DecisionLog.broken(admission.review(), "validating image " + image.image(), failure);
            String text = DenialText.internalError(image.image(), image.by());
            return image.without(new Outcome.Denied(
                    image.image(), image.by(), Reason.INTERNAL, text, Evidence.NONE, image.warnings()));
        } finally {
            if (!admission.review().dryRun()) {
                metrics.verified(image.by(), Duration.ofNanos(System.nanoTime() - begun));
            }
        }
    }

    /** The last things done with every decision. */
    private AdmissionDecision finished(Admission admission, AdmissionDecision decision, long begun) {
        AdmissionDecision last = admission.softened(announced(admission, decision));
        long ended = System.nanoTime();
        Instant now = clock.instant();
        Duration spent = Duration.ofNanos(ended - begun);
        if (!admission.review().dryRun()) { // a rehearsal leaves no trace but its log lines
            metrics.answered(last, admission.deadline().passed(), spent);
            traces.ended(() -> Span.of(last, now, ended, begun));
        }
        DecisionLog.decided(admission.review(), last);
        DecisionRecord record = DecisionRecord.of(admission.review(), last, now, spent);
        observers.forEach(observer -> observer.accept(record));
        return last;
    }

    private static AdmissionDecision announced(Admission admission, AdmissionDecision decision) {
        try {
            return Announcement.of(admission, decision)
                    .map(failure -> admission.unannounced(decision, failure))
                    .orElse(decision);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return broken(admission, e);
        } catch (Throwable failure) {
            return broken(admission, failure);
        }
    }

    private static AdmissionDecision broken(Admission admission, Throwable failure) {
        DecisionLog.broken(admission.review(), "deciding it", failure);
        return admission.refused(DenialText.broken(admission.review().uid()), Result.ERROR);
    }
}

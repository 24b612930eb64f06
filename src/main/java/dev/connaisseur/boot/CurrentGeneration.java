package dev.connaisseur.boot;

import dev.connaisseur.Service;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionResponse;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.webhook.Admissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one place that knows which configuration is in force. Each request reads it once and stays with what it read; a configuration
 * that was replaced ends when its last request has.
 */
@Service
final class CurrentGeneration implements Admissions {
    private final AtomicReference<@Nullable Generation> current = new AtomicReference<>();

    /** Puts {@code next} in force for every request that comes from now on. */
    void replaceBy(Generation next) {
        @Nullable Generation old = current.getAndSet(next);
        if (old != null) {
            old.release();
        }
    }

    @Override
    public CompletionStage<AdmissionResponse> review(AdmissionReview review, Deadline deadline) {
        for (@Nullable Generation now = current.get(); now != null; now = current.get()) {
            Generation held = now;
            if (held.acquire()) { // else it was replaced and ended just now: the next one is there already
                return held.review(review, deadline).whenComplete((response, failure) -> held.release());
            }
        }
        return CompletableFuture.completedStage(AdmissionResponse.denied("no configuration has been loaded yet"));
    }
}

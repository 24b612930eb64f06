package dev.connaisseur.boot;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionResponse;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.webhook.Admissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One configuration in force: policy, validators and features as they were read together. Never changes; is closed once, when it has
 * been replaced and its last request has ended.
 */
final class Generation implements Admissions {
    private final String fingerprint;
    private final Admissions decide;
    private final UseCount use;

    /**
     * @param fingerprint names the configuration
     * @param decide answers reviews by this configuration
     * @param close frees what this configuration holds
     */
    Generation(String fingerprint, Admissions decide, Runnable close) {
        this.fingerprint = fingerprint;
        this.decide = decide;
        this.use = new UseCount(close);
    }

    /** Names the configuration: equal files and features, equal fingerprints. */
    String fingerprint() {
        return fingerprint;
    }

    /** Reserves this generation for one request; false if it has ended. */
    boolean acquire() {
        return use.acquire();
    }

    /** The request that reserved it has ended, or another generation has taken its place. */
    void release() {
        use.release();
    }

    @Override
    public CompletionStage<AdmissionResponse> review(AdmissionReview review, Deadline deadline) {
        return CompletableFuture.completedStage(review).thenCompose(asked -> decide.review(asked, deadline));
    }
}

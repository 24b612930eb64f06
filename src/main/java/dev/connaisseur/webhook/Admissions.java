package dev.connaisseur.webhook;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionResponse;
import dev.connaisseur.kubernetes.AdmissionReview;
import java.util.concurrent.CompletionStage;

/** Whoever decides reviews with the configuration in force. Filled by {@code boot}. */
public interface Admissions {
    /** Decides by the deadline. The stage is complete already where nothing had to be looked up; it never fails on purpose. */
    CompletionStage<AdmissionResponse> review(AdmissionReview review, Deadline deadline);
}

package dev.connaisseur.admission;

import dev.connaisseur.admission.Evidence.Source;
import dev.connaisseur.kubernetes.AdmissionPhase;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.Trail;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Counts decisions under the original's names, labels and help texts, and times them. Every label's values come from the
 * configuration or from this code, never from a request, so that there are few of them.
 */
public final class AdmissionMetrics {
    private static final double[] SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    private final PrometheusRegistry registry;
    private final Counter admitted;
    private final Counter denied;
    private final Counter validations;
    private final Counter successful;
    private final Counter failed;
    private final Counter skipped;
    private final Counter timedOut;
    private final Counter audited;
    private final Counter unpinnedChildren;
    private final Counter finalObjects;
    private final Counter leases;
    private final Histogram requestSeconds;
    private final Histogram validationSeconds;
    private final Histogram stageSeconds;

    public AdmissionMetrics(PrometheusRegistry registry) {
        this.registry = registry;
        admitted = counter("requests_admitted", "The total number of admission requests that were admitted")
                .register(registry);
        denied = counter("requests_denied", "The total number of admission requests that were denied", "timeout")
                .register(registry);
        validations = counter(
                        "validations",
                        "The total number of image validations performed by Connaisseur",
                        "type",
                        "validator_name",
                        "result")
                .register(registry);
        successful = perValidator(
                        "validations_successful", "The total number of image validations that were successful")
                .register(registry);
        failed = perValidator("validations_failed", "The total number of image validations that failed")
                .register(registry);
        skipped = counter(
                        "validations_skipped",
                        "The total number of image validations that were skipped",
                        "type",
                        "validator_name",
                        "reason")
                .register(registry);
        timedOut = perValidator("validations_timeouted", "The total number of image validations that timed out")
                .register(registry);
        audited = perValidator(
                        "validations_audited",
                        "The total number of image validations that failed without consequence, because they only audit")
                .register(registry);
        unpinnedChildren = counter(
                        "child_approvals_unpinned",
                        "The total number of child images that were approved although their owner names no digest")
                .register(registry);
        finalObjects = counter(
                        "validating_reviews",
                        "The total number of final objects that were reviewed in the validating phase",
                        "result")
                .register(registry);
        leases = perValidator(
                        "leases",
                        "The total number of digests that were admitted on an older verdict, because nobody could be asked")
                .register(registry);
        requestSeconds = Histogram.builder()
                .name("connaisseur_request_duration_seconds")
                .help("How long admission requests took to decide")
                .labelNames("allowed")
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .register(registry);
        validationSeconds = Histogram.builder()
                .name("connaisseur_validation_duration_seconds")
                .help("How long validators took to verify an image")
                .labelNames("type", "validator_name")
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .register(registry);
        stageSeconds = Histogram.builder()
                .name("connaisseur_validation_stage_duration_seconds")
                .help("How long the stages of verifications took")
                .labelNames("type", "validator_name", "stage")
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .register(registry);
    }

    /** Shows how many images wait for a verification that is under way, for themselves or for others. */
    void awaited(IntSupplier images) {
        GaugeWithCallback.builder()
                .name("connaisseur_verifications_awaited")
                .help("How many images wait for a verification that is under way")
                .callback(gauge -> gauge.call(images.getAsInt()))
                .register(registry);
    }

    private static Counter.Builder counter(String name, String help, String... labels) {
        return Counter.builder().name("connaisseur_" + name).help(help).labelNames(labels);
    }

    private static Counter.Builder perValidator(String name, String help) {
        return counter(name, help, "type", "validator_name");
    }

    /**
     * A request was answered. The original knows the mutating phase only: its numbers count no object twice.
     *
     * @param late whether its deadline had passed by then
     */
    void answered(AdmissionDecision decision, boolean late, Duration spent) {
        boolean allowed = decision instanceof AdmissionDecision.Allowed;
        if (decision.grounds().phase() == AdmissionPhase.VALIDATING) {
            String result = decision.message().isEmpty() ? "admitted" : allowed ? "warned" : "denied";
            finalObjects.labelValues(result).inc();
            return;
        }
        if (allowed) {
            admitted.inc();
        } else {
            denied.labelValues(Boolean.toString(late)).inc();
        }
        requestSeconds.labelValues(Boolean.toString(allowed)).observe(seconds(spent));
        decision.outcomes().forEach(this::validated);
    }

    /** A validator took that long for one image. */
    void verified(Ruling by, Duration spent) {
        validationSeconds.labelValues(by.type(), by.validator()).observe(seconds(spent));
    }

    /** What was done to come by an outcome. */
    void verified(Evidence evidence) {
        for (Evidence.Inquiry inquiry : evidence.inquiries()) {
            Ruling by = inquiry.by();
            for (Trail.Part part : inquiry.parts()) {
                stageSeconds
                        .labelValues(by.type(), by.validator(), part.stage().written())
                        .observe(seconds(part.spent()));
            }
        }
    }

    private void validated(Outcome outcome) {
        String type = outcome.by().type();
        String name = outcome.by().validator();
        Optional<Outcome.Refusal> refusal = switch (outcome) {
            case Outcome.Refusal refused -> Optional.of(refused);
            case Outcome.Tolerated tolerated -> Optional.of(tolerated.refusal());
            case Outcome.Verified v -> Optional.empty();
            case Outcome.Approved a -> Optional.empty();
            case Outcome.Skipped s -> Optional.empty();
        };
        validations
                .labelValues(type, name, refusal.isPresent() ? "error" : "success")
                .inc();
        if (outcome instanceof Outcome.Skipped skip) {
            skipped.labelValues(type, name, skip.skip().text()).inc();
            if (skip.skip() == Skip.UNPINNED_CHILD) {
                unpinnedChildren.inc();
            }
        }
        source(outcome, type, name);
        if (outcome instanceof Outcome.Tolerated) {
            audited.labelValues(type, name).inc();
        }
        if (refusal.isEmpty()) {
            successful.labelValues(type, name).inc();
        } else {
            failed(refusal.get());
        }
    }

    private void source(Outcome outcome, String type, String name) {
        Source source = switch (outcome) {
            case Outcome.Verified verified -> verified.evidence().source();
            case Outcome.Refusal refused -> refused.evidence().source();
            default -> Source.VALIDATOR;
        };
        switch (source) {
            case CACHE -> skipped.labelValues(type, name, source.text()).inc();
            case LEASE -> leases.labelValues(type, name).inc();
            case VALIDATOR -> {}
        }
    }

    private void failed(Outcome.Refusal refusal) {
        String[] labels = {refusal.by().type(), refusal.by().validator()};
        switch (refusal) {
            case Outcome.TimedOut late -> timedOut.labelValues(labels).inc();
            case Outcome.Denied denial -> {
                failed.labelValues(labels).inc();
                if (denial.reason() == Reason.TIMED_OUT) {
                    timedOut.labelValues(labels).inc();
                }
            }
        }
    }

    private static double seconds(Duration span) {
        return span.toNanos() / 1e9;
    }
}

package dev.connaisseur.admission;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.admission.AdmissionDecision.Refused;
import dev.connaisseur.admission.Evidence.Source;
import dev.connaisseur.admission.Grounds.Mode;
import dev.connaisseur.admission.Grounds.Result;
import dev.connaisseur.admission.Outcome.Refusal;
import dev.connaisseur.admission.Outcome.Skipped;
import dev.connaisseur.admission.Outcome.TimedOut;
import dev.connaisseur.admission.Outcome.Tolerated;
import dev.connaisseur.admission.Outcome.Verified;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.config.Settings.Features.Validating;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.ImagePosition;
import dev.connaisseur.kubernetes.InvalidWorkloadException;
import dev.connaisseur.kubernetes.JsonPatch;
import dev.connaisseur.kubernetes.Workload;
import dev.connaisseur.kubernetes.WorkloadKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One review on its way to its decision, without threads: what is asked, and what the images' outcomes mean for it. */
record Admission(
        AdmissionReview review, GenerationView generation, Cluster cluster, Verdicts verdicts, Deadline deadline) {

    /** How far a review is when nothing has been looked up yet. */
    sealed interface Begun {
        record Decided(AdmissionDecision decision) implements Begun {}

        /**
         * Validators must be asked about some images.
         *
         * @param steps one per different image, in the order in which the workload names them first
         */
        record Open(Workload workload, ImageReview images, List<Step> steps) implements Begun {
            public Open {
                steps = List.copyOf(steps);
            }
        }
    }

    Begun begin(AdmissionLimits limits) {
        if (mode() == Mode.OFF) {
            Grounds grounds = grounds(Result.SKIP, "off", List.of());
            return new Begun.Decided(new Allowed(grounds, JsonPatch.NONE, List.of(), Optional.empty()));
        }
        Optional<Workload> old = Optional.empty();
        String which = "old";
        Workload workload;
        try {
            if (review.isUpdate()) {
                old = Optional.of(Workload.read(review.kind().kind(), review.oldObject()));
            }
            which = "new";
            workload = Workload.read(review.kind().kind(), review.object());
            if (generation.features().imageVolumes() == ImageVolumes.IGNORE) {
                workload = workload.withoutImageVolumes();
            }
        } catch (InvalidWorkloadException e) {
            return new Begun.Decided(refused(DenialText.undecodable(which, e), Result.INVALID));
        }
        // Finalizers must be removable, images not changeable: threat of a signed object that is deleted, then altered.
        if (old.isPresent() && old.get().deleting() && Places.of(old.get()).holdAll(workload.images())) {
            DecisionLog.deleting(review, workload);
            Grounds grounds = grounds(Result.SUCCESS, "deleting", List.of());
            return new Begun.Decided(new Allowed(grounds, JsonPatch.NONE, List.of(), Optional.empty()));
        }
        List<String> names =
                workload.images().stream().map(ImagePosition::image).distinct().toList();
        if (names.size() > limits.images()) {
            return new Begun.Decided(refused(DenialText.tooManyImages(names.size(), limits.images()), Result.ERROR));
        }
        Approvals approvals = new Approvals(generation.features(), review, workload, old, cluster.owners());
        ImageReview images = new ImageReview(this, new ObjectSecrets(review, workload, cluster, deadline), approvals);
        return begun(workload, images, names.stream().map(images::begin).toList());
    }

    private Begun begun(Workload workload, ImageReview images, List<Step> steps) {
        if (steps.stream().anyMatch(Step.Open.class::isInstance)) {
            return new Begun.Open(workload, images, steps);
        }
        List<Outcome> outcomes =
                steps.stream().map(s -> ((Step.Decided) s).outcome()).toList();
        return new Begun.Decided(decide(workload, outcomes));
    }

    /** Admits if every image may run; tells about all that may not. */
    AdmissionDecision decide(Workload workload, List<Outcome> found) {
        List<Outcome> outcomes =
                found.stream().map(o -> asImageVolume(workload, o)).toList();
        List<String> warnings = Warnings.of(outcomes);
        List<Refusal> refused = only(outcomes, Refusal.class);
        if (!refused.isEmpty()) {
            Result result = refused.stream().allMatch(TimedOut.class::isInstance) ? Result.TIMEOUT : Result.ERROR;
            Grounds grounds = grounds(result, "", outcomes);
            return new Refused(grounds, message(workload, refused, grounds), warnings);
        }
        List<Refusal> tolerated =
                only(outcomes, Tolerated.class).stream().map(Tolerated::refusal).toList();
        Grounds grounds = grounds(result(outcomes), "", outcomes);
        Optional<String> inSpiteOf =
                tolerated.isEmpty() ? Optional.empty() : Optional.of(message(workload, tolerated, grounds));
        return new Allowed(grounds, patch(workload, outcomes), warnings, inSpiteOf);
    }

    /** A denial that no image decided. */
    AdmissionDecision refused(String text, Result result) {
        Grounds grounds = grounds(result, text, List.of());
        return new Refused(grounds, DenialText.withId(text, "", grounds.id()), List.of());
    }

    /** What becomes of a decision that a receiver could not be told about who must be: a denial, whatever it was. */
    AdmissionDecision unannounced(AdmissionDecision decision, String failure) {
        Grounds grounds = grounds(decision.grounds().result(), "unannounced", decision.outcomes());
        String text = decision.message().orElse("") + " error sending notifications: " + failure;
        String denial = decision.message().isPresent() ? text : DenialText.withId(text, "", grounds.id());
        return new Refused(grounds, denial, decision.warnings());
    }

    private Grounds grounds(Result result, String cause, List<Outcome> outcomes) {
        return Grounds.of(generation.fingerprint(), review.phase(), mode(), result, cause, outcomes);
    }

    /** Whether an image that its rule pins names a digest by now. Where only pods are patched it does not. */
    boolean mustBePinned() {
        return review.isFinal() && mode() != Mode.PODS_ONLY;
    }

    private Mode mode() {
        if (review.isFinal() && generation.features().validating() == Validating.OFF) {
            return Mode.OFF;
        }
        if (generation.features().resourceValidation() == ResourceValidation.PODS_ONLY
                && !review.kind().kind().equals(WorkloadKind.POD.kind())) {
            return Mode.PODS_ONLY;
        }
        if (generation.features().detectionMode()) {
            return Mode.DETECTION;
        }
        boolean warns = review.isFinal() && generation.features().validating() == Validating.WARN;
        return warns ? Mode.WARN : Mode.ENFORCE;
    }

    /** In image volumes that are only audited nothing is refused. */
    private Outcome asImageVolume(Workload workload, Outcome outcome) {
        return outcome instanceof Refusal refusal
                        && generation.features().imageVolumes() == ImageVolumes.AUDIT
                        && workload.positionsOf(refusal.image()).stream().allMatch(ImagePosition::isVolume)
                ? new Tolerated(refusal)
                : outcome;
    }

    private static Result result(List<Outcome> admitted) {
        if (admitted.stream().anyMatch(Tolerated.class::isInstance)) {
            return Result.ERROR;
        }
        return admitted.stream().allMatch(Admission::nothingAsked) ? Result.SKIP : Result.SUCCESS;
    }

    private static boolean nothingAsked(Outcome outcome) {
        return outcome instanceof Skipped
                || (outcome instanceof Verified verified && verified.evidence().source() == Source.CACHE);
    }

    private String message(Workload workload, List<Refusal> refusals, Grounds grounds) {
        int images = grounds.outcomes().size();
        if (refusals.stream().allMatch(TimedOut.class::isInstance)) {
            String remedy = Remedy.of(refusals.subList(0, 1));
            String text = DenialText.timedOut(review.uid(), images - refusals.size(), images);
            return DenialText.withId(text, remedy, grounds.id());
        }
        List<String> texts = refusals.stream()
                .map(r -> DenialText.of(r, workload.positionsOf(r.image())))
                .toList();
        return DenialText.withId(DenialText.together(texts, images), Remedy.of(refusals), grounds.id());
    }

    private static <T> List<T> only(List<Outcome> outcomes, Class<T> type) {
        return outcomes.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** What the modes make of a decision that let in what would be denied. Nothing comes after them. */
    AdmissionDecision softened(AdmissionDecision decision) {
        return switch (mode()) {
            case ENFORCE, OFF -> decision;
            case DETECTION -> softened(decision, "detection mode active");
            case WARN -> softened(decision, "validating phase only warns");
            case PODS_ONLY ->
                switch (decision) {
                    case Allowed allowed -> allowed.unpatched();
                    case Refused refused -> refused.softened("pod-only validation active");
                };
        };
    }

    private static AdmissionDecision softened(AdmissionDecision decision, String mode) {
        return decision instanceof Refused refused ? refused.softened(mode) : decision;
    }

    private JsonPatch patch(Workload workload, List<Outcome> outcomes) {
        if (review.isFinal()) {
            return JsonPatch.NONE;
        }
        Map<String, String> replacements = new HashMap<>();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Verified verified) {
                verified.replacement().ifPresent(r -> replacements.put(verified.image(), r));
            }
        }
        List<JsonPatch.Replace> operations = new ArrayList<>();
        for (ImagePosition position : workload.images()) {
            String replacement = replacements.get(position.image());
            if (replacement != null) {
                operations.add(new JsonPatch.Replace(position.pointer(), replacement));
            }
        }
        return new JsonPatch(operations);
    }
}

package dev.connaisseur.admission;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.admission.AdmissionDecision.Refused;
import dev.connaisseur.admission.AdmissionDecision.Result;
import dev.connaisseur.admission.ImageReview.Step;
import dev.connaisseur.config.Settings.Features;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.ImagePosition;
import dev.connaisseur.kubernetes.InvalidWorkloadException;
import dev.connaisseur.kubernetes.JsonPatch;
import dev.connaisseur.kubernetes.Workload;
import dev.connaisseur.kubernetes.WorkloadKind;
import dev.connaisseur.validator.RequestContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One review on its way to its decision, without threads: what is asked, and what the images' outcomes mean for it. */
record Admission(AdmissionReview review, GenerationView generation, Deadline deadline) {

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
        Optional<Workload> old = Optional.empty();
        String which = "old";
        Workload workload;
        try {
            if (review.isUpdate()) {
                old = Optional.of(Workload.read(review.kind().kind(), review.oldObject()));
            }
            which = "new";
            workload = Workload.read(review.kind().kind(), review.object());
        } catch (InvalidWorkloadException e) {
            return refused(DenialText.undecodable(which, e), Result.INVALID);
        }
        if (old.isPresent() && old.get().deleting() && namesNothingNew(workload, old.get())) {
            DecisionLog.deleting(review, workload);
            return new Begun.Decided(
                    new Allowed(JsonPatch.NONE, List.of(), Optional.empty(), Result.SUCCESS, List.of()));
        }
        List<String> names =
                workload.images().stream().map(ImagePosition::image).distinct().toList();
        if (names.size() > limits.images()) {
            return refused(DenialText.tooManyImages(names.size(), limits.images()), Result.ERROR);
        }
        ImageReview images = new ImageReview(generation, new RequestContext(deadline, review.namespace()));
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
    AdmissionDecision decide(Workload workload, List<Outcome> outcomes) {
        List<String> warnings = Warnings.of(outcomes);
        List<Outcome> refused = outcomes.stream().filter(Outcome::refused).toList();
        if (refused.isEmpty()) {
            return new Allowed(patch(workload, outcomes), warnings, Optional.empty(), Result.SUCCESS, outcomes);
        }
        if (refused.stream().allMatch(Outcome.TimedOut.class::isInstance)) {
            String message = DenialText.timedOut(review.uid(), outcomes.size() - refused.size(), outcomes.size());
            return new Refused(message, warnings, Result.TIMEOUT, outcomes);
        }
        List<String> texts = refused.stream().map(DenialText::of).toList();
        return new Refused(DenialText.together(texts, outcomes.size()), warnings, Result.ERROR, outcomes);
    }

    /** What the modes make of a decision that let in what would be denied. Nothing comes after them. */
    AdmissionDecision softened(AdmissionDecision decision) {
        Features features = generation.features();
        if (features.resourceValidation() == ResourceValidation.PODS_ONLY
                && !review.kind().kind().equals(WorkloadKind.POD.kind())) {
            return switch (decision) {
                case Allowed allowed -> allowed.unpatched();
                case Refused refused -> refused.softened("pod-only validation active");
            };
        }
        return features.detectionMode() && decision instanceof Refused refused
                ? refused.softened("detection mode active")
                : decision;
    }

    private static JsonPatch patch(Workload workload, List<Outcome> outcomes) {
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

    /** Whether every image stands where the stored object names it already: finalizers must be removable, images not changeable. */
    private static boolean namesNothingNew(Workload workload, Workload old) {
        Set<Place> known = new HashSet<>();
        old.images().forEach(p -> known.add(Place.of(p)));
        return workload.images().stream().allMatch(p -> known.contains(Place.of(p)));
    }

    private record Place(String list, String name, String image) {
        static Place of(ImagePosition position) {
            return new Place(position.list().member(), position.name(), position.image());
        }
    }

    private static Begun refused(String message, Result result) {
        return new Begun.Decided(new Refused(message, List.of(), result, List.of()));
    }
}

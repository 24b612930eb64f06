package dev.connaisseur.admission;

import dev.connaisseur.kubernetes.AdmissionResponse;
import dev.connaisseur.kubernetes.JsonPatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The one answer to a review. */
public sealed interface AdmissionDecision {
    /** What came out for the images, in the order in which the object names them first; empty where it came not so far. */
    List<Outcome> outcomes();

    Result result();

    AdmissionResponse toResponse();

    /** The category that alerts and logs use. */
    enum Result {
        SUCCESS,
        /** Nothing had to be verified again. */
        SKIP,
        ERROR,
        TIMEOUT,
        /** The object is no workload. */
        INVALID
    }

    /**
     * The object may be stored.
     *
     * @param patch what is written into the object
     * @param inSpiteOf the denial that a lenient mode turned round
     */
    record Allowed(
            JsonPatch patch, List<String> warnings, Optional<String> inSpiteOf, Result result, List<Outcome> outcomes)
            implements AdmissionDecision {
        public Allowed {
            warnings = List.copyOf(warnings);
            outcomes = List.copyOf(outcomes);
        }

        @Override
        public AdmissionResponse toResponse() {
            return new AdmissionResponse(true, inSpiteOf, warnings, patch, new TreeMap<>());
        }

        /** The same, the object left as it is. */
        Allowed unpatched() {
            return new Allowed(JsonPatch.NONE, warnings, inSpiteOf, result, outcomes);
        }
    }

    /**
     * The object may not be stored.
     *
     * @param message what kubectl shows
     */
    record Refused(String message, List<String> warnings, Result result, List<Outcome> outcomes)
            implements AdmissionDecision {
        public Refused {
            warnings = List.copyOf(warnings);
            outcomes = List.copyOf(outcomes);
        }

        @Override
        public AdmissionResponse toResponse() {
            return new AdmissionResponse(false, Optional.of(message), warnings, JsonPatch.NONE, new TreeMap<>());
        }

        /** What a lenient mode makes of it: let in, with the mode's name and the reasons as warnings. */
        Allowed softened(String mode) {
            List<String> softer = new ArrayList<>(List.of(mode, Warnings.bounded(message)));
            softer.addAll(warnings);
            return new Allowed(JsonPatch.NONE, softer, Optional.of(message), result, outcomes);
        }
    }
}

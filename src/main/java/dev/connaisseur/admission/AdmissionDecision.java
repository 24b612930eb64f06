package dev.connaisseur.admission;

import dev.connaisseur.kubernetes.AdmissionResponse;
import dev.connaisseur.kubernetes.JsonPatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The one answer to a review. */
public sealed interface AdmissionDecision {
    Grounds grounds();

    List<String> warnings();

    /** What the API server is told. */
    AdmissionResponse toResponse();

    /** What came out for the images, in the order in which the object names them first; empty where it came not so far. */
    default List<Outcome> outcomes() {
        return grounds().outcomes();
    }

    /** Why not, also where a lenient mode admits in spite of it. */
    default Optional<String> message() {
        return switch (this) {
            case Allowed allowed -> allowed.inSpiteOf();
            case Refused refused -> Optional.of(refused.denial());
        };
    }

    /**
     * The object may be stored.
     *
     * @param patch what is written into the object
     * @param inSpiteOf the denial that a lenient mode turned round
     */
    record Allowed(Grounds grounds, JsonPatch patch, List<String> warnings, Optional<String> inSpiteOf)
            implements AdmissionDecision {
        public Allowed {
            warnings = List.copyOf(warnings);
        }

        @Override
        public AdmissionResponse toResponse() {
            return new AdmissionResponse(true, inSpiteOf, warnings, patch, AuditAnnotations.of(this));
        }

        /** The same, the object left as it is. */
        Allowed unpatched() {
            return new Allowed(grounds, JsonPatch.NONE, warnings, inSpiteOf);
        }
    }

    /**
     * The object may not be stored.
     *
     * @param denial what kubectl shows
     */
    record Refused(Grounds grounds, String denial, List<String> warnings) implements AdmissionDecision {
        public Refused {
            warnings = List.copyOf(warnings);
        }

        @Override
        public AdmissionResponse toResponse() {
            return new AdmissionResponse(
                    false, Optional.of(denial), warnings, JsonPatch.NONE, AuditAnnotations.of(this));
        }

        /** What a lenient mode makes of it: let in, with the mode's name and the reason as warnings. */
        Allowed softened(String mode) {
            List<String> softer = new ArrayList<>(List.of(mode, Warnings.ofDenial(denial, grounds.id())));
            softer.addAll(warnings);
            return new Allowed(grounds, JsonPatch.NONE, softer, Optional.of(denial));
        }
    }
}

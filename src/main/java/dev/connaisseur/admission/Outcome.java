package dev.connaisseur.admission;

import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.validator.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What came out for one image of a request. Only a digest that a validator returned makes a {@link Verified}. */
public sealed interface Outcome {
    /** As the manifest writes it. */
    String image();

    /** Who decided. */
    Ruling by();

    /** For kubectl, whatever the verdict. */
    List<String> warnings();

    /** What it rests on; nothing where no validator was asked. */
    default Evidence evidence() {
        return Evidence.NONE;
    }

    /**
     * A validator found trusted signatures of this digest.
     *
     * @param pinned whether the workload gets the digest written into it
     */
    record Verified(
            ImageReference reference,
            Ruling by,
            Digest digest,
            List<String> signers,
            boolean pinned,
            Evidence evidence,
            List<String> warnings)
            implements Outcome {
        public Verified {
            signers = List.copyOf(signers);
            warnings = List.copyOf(warnings);
        }

        @Override
        public String image() {
            return reference.original();
        }

        /** What replaces the image in the workload; empty where it names that digest already or is left as it is. */
        public Optional<String> replacement() {
            String pinnedName = reference.pinnedTo(digest).name();
            return pinned && !pinnedName.equals(reference.name()) ? Optional.of(pinnedName) : Optional.empty();
        }
    }

    /** A static validator lets it pass: nothing was looked up. */
    record Approved(String image, Ruling by, List<String> warnings) implements Outcome {
        public Approved {
            warnings = List.copyOf(warnings);
        }
    }

    /** It was verified before and stands as it did: neither verified again nor patched. */
    record Skipped(String image, Ruling by, Skip skip, List<String> warnings) implements Outcome {
        public Skipped {
            warnings = List.copyOf(warnings);
        }
    }

    /** It would be refused, but what governs it only audits. */
    record Tolerated(Refusal refusal) implements Outcome {
        @Override
        public String image() {
            return refusal.image();
        }

        @Override
        public Ruling by() {
            return refusal.by();
        }

        @Override
        public Evidence evidence() {
            return refusal.evidence();
        }

        @Override
        public List<String> warnings() {
            List<String> warnings = new ArrayList<>(List.of("audit: " + DenialText.of(refusal)));
            warnings.addAll(refusal.warnings());
            return warnings;
        }
    }

    /** It may not run. */
    sealed interface Refusal extends Outcome {
        Reason reason();
    }

    /**
     * The image is refused, or nothing could be found out about it.
     *
     * @param text one printable line with its rule
     */
    record Denied(String image, Ruling by, Reason reason, String text, Evidence evidence, List<String> warnings)
            implements Refusal {
        public Denied {
            warnings = List.copyOf(warnings);
        }
    }

    /** No verdict was there when the request had to be answered. */
    record TimedOut(String image, Ruling by, Evidence evidence, List<String> warnings) implements Refusal {
        public TimedOut {
            warnings = List.copyOf(warnings);
        }

        @Override
        public Reason reason() {
            return Reason.TIMED_OUT;
        }
    }
}

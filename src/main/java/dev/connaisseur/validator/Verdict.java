package dev.connaisseur.validator;

import dev.connaisseur.image.Digest;
import java.util.List;

/** A validator's yes. A no is a {@link ValidationException}: there is no third way out. */
public sealed interface Verdict {

    /**
     * Trusted signers have signed exactly this digest.
     *
     * @param signers names of the trust roots that signed, in configured order
     * @param warnings what the rule lets pass though it failed, one sentence each; whoever made the request is told
     * @param logIndexes where the signatures stand in the transparency log, as far as that was proved
     */
    record Signed(Digest digest, List<String> signers, List<String> warnings, List<Long> logIndexes)
            implements Verdict {
        public Signed {
            signers = List.copyOf(signers);
            warnings = List.copyOf(warnings);
            logIndexes = List.copyOf(logIndexes);
        }

        public Signed(Digest digest, List<String> signers, List<String> warnings) {
            this(digest, signers, warnings, List.of());
        }

        public Signed(Digest digest, List<String> signers) {
            this(digest, signers, List.of(), List.of());
        }
    }

    /** Admitted by decree: nothing was looked up, nothing is pinned. */
    record Approved() implements Verdict {}
}

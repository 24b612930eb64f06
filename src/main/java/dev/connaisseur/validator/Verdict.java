package dev.connaisseur.validator;

import dev.connaisseur.image.Digest;
import java.util.List;

/** A validator's yes. A no is a {@link ValidationException}: there is no third way out. */
public sealed interface Verdict {

    /**
     * Trusted signers have signed exactly this digest.
     *
     * @param signers names of the trust roots that signed, in configured order
     */
    record Signed(Digest digest, List<String> signers) implements Verdict {
        public Signed {
            signers = List.copyOf(signers);
        }
    }

    /** Admitted by decree: nothing was looked up, nothing is pinned. */
    record Approved() implements Verdict {}
}

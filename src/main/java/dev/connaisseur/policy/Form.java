package dev.connaisseur.policy;

import java.util.List;

/** One reading of a pattern, ready to match. */
sealed interface Form permits FloatingForm, AnchoredForm {
    /** Whether the image of this name is meant. */
    boolean matches(MatchName name);

    /** What is weighed against other patterns. */
    String text();

    /** Texts that every matching name holds. */
    List<String> literals();
}

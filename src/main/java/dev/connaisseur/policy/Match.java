package dev.connaisseur.policy;

import java.util.List;

/** What a policy says about an image. Warnings are sentences for the response and the log. */
public sealed interface Match {
    List<String> warnings();

    /** No rule governs the image: it is denied with {@code no matching rule}. */
    record None(List<String> warnings) implements Match {
        public None {
            warnings = List.copyOf(warnings);
        }
    }

    /** One rule decides. */
    record One(PolicyRule rule, List<String> warnings) implements Match {
        public One {
            warnings = List.copyOf(warnings);
        }
    }

    /** The readings of the patterns choose different rules: the image must satisfy both, with one digest. */
    record Both(PolicyRule legacy, PolicyRule anchored, List<String> warnings) implements Match {
        public Both {
            warnings = List.copyOf(warnings);
        }

        /** The rules that must all agree. */
        public List<PolicyRule> rules() {
            return List.of(legacy, anchored);
        }
    }
}

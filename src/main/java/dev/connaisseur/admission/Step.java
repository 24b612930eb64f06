package dev.connaisseur.admission;

import dev.connaisseur.policy.RuleOptions.Mode;
import java.util.List;

/** How far an image is when nothing has been looked up yet. */
sealed interface Step {
    /** Nothing outside needs to be asked. */
    record Decided(Outcome outcome) implements Step {}

    /**
     * Validators must be asked.
     *
     * @param findings what is known so far; whoever finishes this step fills it, once
     * @param demands every one of them must be satisfied, by one digest
     * @param warnings to be given even if nothing more is found
     */
    record Open(Findings findings, List<Demand> demands, List<String> warnings) implements Step {
        public Open {
            demands = List.copyOf(demands);
            warnings = List.copyOf(warnings);
        }

        String image() {
            return findings.image();
        }

        /** Who is named where no validator came to a verdict. */
        Ruling by() {
            return demands.getFirst().by();
        }

        /** An outcome that no validator gave: it refuses, unless all that govern the image only audit. */
        Outcome without(Outcome.Refusal verdict) {
            return demands.stream().allMatch(d -> d.mode() == Mode.AUDIT) ? new Outcome.Tolerated(verdict) : verdict;
        }
    }
}

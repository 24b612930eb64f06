package dev.connaisseur.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** All rules of a policy in one reading of their patterns. */
final class Ranking {
    /** A form and the rule whose pattern it is; a pattern with alternatives has several. */
    private record Entry(int rule, Form form) {}

    /**
     * The rule that wins.
     *
     * @param rule its place
     * @param ties earlier rules of the same weight, which lost by their place alone
     */
    record Winner(int rule, List<Integer> ties) {
        Winner {
            ties = List.copyOf(ties);
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final LiteralIndex index;

    Ranking(List<Pattern> patterns, Function<Pattern, List<? extends Form>> reading) {
        for (int i = 0; i < patterns.size(); i++) {
            for (Form form : reading.apply(patterns.get(i))) {
                entries.add(new Entry(i, form));
            }
        }
        index = new LiteralIndex(
                entries.stream().map(entry -> entry.form().literals()).toList());
    }

    /** The matching rule of the greatest weight, of equal ones the last; empty if none matches. */
    Optional<Winner> winner(MatchName name) {
        BitSet candidates = index.candidates(name.text());
        List<Integer> best = new ArrayList<>();
        Optional<Specificity> greatest = Optional.empty();
        for (int i = candidates.nextSetBit(0); i >= 0; i = candidates.nextSetBit(i + 1)) {
            Entry entry = entries.get(i);
            if (!entry.form().matches(name)) {
                continue;
            }
            Specificity weight = Specificity.of(entry.form().text(), name.text());
            int order = greatest.map(weight::compareTo).orElse(1);
            if (order > 0) {
                best.clear();
                greatest = Optional.of(weight);
            }
            if (order >= 0 && !best.contains(entry.rule())) {
                best.add(entry.rule());
            }
        }
        if (best.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Winner(best.getLast(), best.subList(0, best.size() - 1)));
    }
}

package dev.connaisseur.policy;

import dev.connaisseur.policy.Atom.Alternatives;
import dev.connaisseur.policy.Atom.Listed;
import dev.connaisseur.policy.Atom.Literal;
import dev.connaisseur.policy.Atom.One;
import dev.connaisseur.policy.Atom.Range;
import dev.connaisseur.policy.Atom.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A compiled pattern that matches a whole text. It follows all ways through the pattern at once, so that a text of n characters
 * against a pattern of m costs at most n times m steps, whatever they hold.
 *
 * @see <a href="https://swtch.com/~rsc/regexp/regexp1.html">Thompson's simulation</a>
 */
final class Glob {
    /**
     * One place of the pattern.
     *
     * @param takes which characters lead on from here
     * @param onward where they lead
     * @param free where one gets from here without a character
     */
    private record Step(IntPredicate takes, int onward, List<Integer> free) {}

    private final List<Step> steps = new ArrayList<>();
    private final int end;
    /** Whether the pattern ends in a run: who reaches it has matched, whatever follows. */
    private final boolean endsInRun;

    Glob(Atoms atoms) {
        compile(atoms.list());
        end = steps.size();
        steps.add(fork(List.of()));
        endsInRun = !atoms.list().isEmpty() && atoms.list().getLast() instanceof Run;
    }

    boolean matches(CharSequence text) {
        Places now = new Places(steps.size());
        Places next = new Places(steps.size());
        reach(now, 0);
        for (int i = 0; i < text.length() && now.count > 0; i++) {
            if (endsInRun && now.contains(end)) {
                return true;
            }
            next.clear();
            char c = text.charAt(i);
            for (int p = 0; p < now.count; p++) {
                Step step = steps.get(now.dense[p]);
                if (step.takes.test(c)) {
                    reach(next, step.onward);
                }
            }
            Places spent = now;
            now = next;
            next = spent;
        }
        return now.contains(end);
    }

    /** How many steps one character can cost at most. */
    int size() {
        return steps.size();
    }

    /** Adds a place and every place that is reached from it without a character. */
    private void reach(Places places, int from) {
        places.push(from);
        while (places.waiting > 0) {
            List<Integer> free = steps.get(places.pop()).free;
            for (int i = 0; i < free.size(); i++) {
                places.push(free.get(i));
            }
        }
    }

    private void compile(List<Atom> atoms) {
        for (Atom atom : atoms) {
            int here = steps.size();
            switch (atom) {
                case Literal literal -> take(c -> c == literal.value());
                case One one -> take(c -> true);
                case Listed listed -> take(c -> (listed.characters().indexOf(c) >= 0) != listed.not());
                case Range range -> take(c -> (range.low() <= c && c <= range.high()) != range.not());
                case Run run -> steps.add(new Step(c -> true, here, List.of(here + 1)));
                case Alternatives alternatives -> compile(alternatives);
            }
        }
    }

    private void take(IntPredicate takes) {
        steps.add(new Step(takes, steps.size() + 1, List.of()));
    }

    private void compile(Alternatives alternatives) {
        int start = steps.size();
        steps.add(fork(List.of())); // its targets are known at the end
        List<Integer> starts = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        for (List<Atom> pattern : alternatives.patterns()) {
            starts.add(steps.size());
            compile(pattern);
            ends.add(steps.size());
            steps.add(fork(List.of()));
        }
        steps.set(start, fork(starts));
        Step after = fork(List.of(steps.size()));
        ends.forEach(place -> steps.set(place, after));
    }

    private static Step fork(List<Integer> targets) {
        return new Step(c -> false, 0, List.copyOf(targets));
    }

    /** A set of places that is cleared at once: {@code dense[sparse[p]] == p} where p is in it. */
    private static final class Places {
        private final int[] dense;
        private final int[] sparse;
        private final int[] stack;
        private int count;
        private int waiting;

        Places(int size) {
            dense = new int[size];
            sparse = new int[size];
            stack = new int[size];
        }

        boolean contains(int place) {
            return sparse[place] < count && dense[sparse[place]] == place;
        }

        void push(int place) {
            if (!contains(place)) {
                dense[count] = place;
                sparse[place] = count++;
                stack[waiting++] = place;
            }
        }

        int pop() {
            return stack[--waiting];
        }

        void clear() {
            count = 0;
        }
    }
}

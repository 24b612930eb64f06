package dev.connaisseur.policy;

import dev.connaisseur.policy.Atom.Alternatives;
import dev.connaisseur.policy.Atom.Listed;
import dev.connaisseur.policy.Atom.Literal;
import dev.connaisseur.policy.Atom.One;
import dev.connaisseur.policy.Atom.Range;
import dev.connaisseur.policy.Atom.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * A compiled pattern that matches a whole text. It follows all ways through the pattern at once, so that a text of n characters
 * against a pattern of m costs at most n times m steps, whatever they hold.
 *
 * @see <a href="https://swtch.com/~rsc/regexp/regexp1.html">Thompson's simulation</a>
 */
final class Glob {
    /** What to do at one place of the pattern; the next place is the next step unless said otherwise. */
    private sealed interface Step {
        /** Goes on if the next character is taken by this atom. */
        record Take(Atom atom) implements Step {}

        /** Goes on, and stays here for any number of characters. */
        record Stay() implements Step {}

        /** Goes on at each of these. */
        record Fork(List<Integer> targets) implements Step {}

        record End() implements Step {}
    }

    private final List<Step> steps = new ArrayList<>();

    Glob(Atoms atoms) {
        compile(atoms.list());
        steps.add(new Step.End());
    }

    boolean matches(CharSequence text) {
        Places now = new Places(steps.size());
        Places next = new Places(steps.size());
        reach(now, 0);
        for (int i = 0; i < text.length() && now.count > 0; i++) {
            next.clear();
            char c = text.charAt(i);
            for (int p = 0; p < now.count; p++) {
                int place = now.dense[p];
                switch (steps.get(place)) {
                    case Step.Take(Atom atom) when takes(atom, c) -> reach(next, place + 1);
                    case Step.Stay() -> reach(next, place);
                    default -> {}
                }
            }
            Places spent = now;
            now = next;
            next = spent;
        }
        return now.contains(steps.size() - 1);
    }

    /** Adds a place and every place that is reached from it without a character. */
    private void reach(Places places, int from) {
        places.push(from);
        while (places.waiting > 0) {
            int place = places.pop();
            switch (steps.get(place)) {
                case Step.Stay() -> places.push(place + 1);
                case Step.Fork(List<Integer> targets) -> targets.forEach(places::push);
                default -> {}
            }
        }
    }

    private static boolean takes(Atom atom, char c) {
        return switch (atom) {
            case Literal literal -> literal.value() == c;
            case One one -> true;
            case Listed listed -> listed.characters().indexOf(c) >= 0 != listed.not();
            case Range range -> (range.low() <= c && c <= range.high()) != range.not();
            case Run run -> throw new IllegalStateException("a run is compiled");
            case Alternatives alternatives -> throw new IllegalStateException("alternatives are compiled");
        };
    }

    private void compile(List<Atom> atoms) {
        for (Atom atom : atoms) {
            switch (atom) {
                case Run run -> steps.add(new Step.Stay());
                case Alternatives alternatives -> compile(alternatives);
                default -> steps.add(new Step.Take(atom));
            }
        }
    }

    private void compile(Alternatives alternatives) {
        int fork = steps.size();
        steps.add(new Step.End()); // kept for the fork, whose targets are known at the end
        List<Integer> starts = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        for (List<Atom> pattern : alternatives.patterns()) {
            starts.add(steps.size());
            compile(pattern);
            ends.add(steps.size());
            steps.add(new Step.End());
        }
        steps.set(fork, new Step.Fork(List.copyOf(starts)));
        List<Integer> after = List.of(steps.size());
        ends.forEach(end -> steps.set(end, new Step.Fork(after)));
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

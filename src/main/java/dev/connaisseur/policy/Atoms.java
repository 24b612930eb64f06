package dev.connaisseur.policy;

import dev.connaisseur.policy.Atom.Alternatives;
import dev.connaisseur.policy.Atom.Listed;
import dev.connaisseur.policy.Atom.Literal;
import dev.connaisseur.policy.Atom.One;
import dev.connaisseur.policy.Atom.Range;
import dev.connaisseur.policy.Atom.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A sequence of atoms: a pattern or a part of one. */
record Atoms(List<Atom> list) {
    /** How many patterns without alternatives one pattern may stand for. */
    static final int MOST_PATTERNS = 1_000;

    Atoms {
        list = List.copyOf(list);
    }

    static Atoms literally(String text) {
        return new Atoms(text.chars().<Atom>mapToObj(c -> new Literal((char) c)).toList());
    }

    String text() {
        return list.stream().map(Atom::text).collect(Collectors.joining());
    }

    /** Where this character stands for itself from {@code from} on; -1 if nowhere. */
    int indexOf(char wanted, int from) {
        for (int i = from; i < list.size(); i++) {
            if (list.get(i) instanceof Literal(char value, String text) && value == wanted) {
                return i;
            }
        }
        return -1;
    }

    int lastIndexOf(char wanted) {
        int last = -1;
        for (int i = indexOf(wanted, 0); i >= 0; i = indexOf(wanted, i + 1)) {
            last = i;
        }
        return last;
    }

    Atoms from(int start) {
        return new Atoms(list.subList(start, list.size()));
    }

    Atoms upTo(int end) {
        return new Atoms(list.subList(0, end));
    }

    Atoms after(Atoms before) {
        List<Atom> joined = new ArrayList<>(before.list);
        joined.addAll(list);
        return new Atoms(joined);
    }

    /** Whether these are wildcards for any text and nothing else. */
    boolean isAnything() {
        return !list.isEmpty() && list.stream().allMatch(Run.class::isInstance);
    }

    /** The one text that matches, without escapes; the pattern's text where there are wildcards. */
    String value() {
        return list.stream()
                .map(atom -> atom instanceof Literal(char value, String text) ? String.valueOf(value) : atom.text())
                .collect(Collectors.joining());
    }

    boolean isLiteral() {
        return list.stream().allMatch(Literal.class::isInstance);
    }

    /** The same in lower case. */
    Atoms lowerCase() {
        return new Atoms(list.stream().map(Atoms::lowerCase).toList());
    }

    private static Atom lowerCase(Atom atom) {
        String text = atom.text().toLowerCase(Locale.ROOT);
        return switch (atom) {
            case Literal literal -> new Literal(Character.toLowerCase(literal.value()), text);
            case Listed listed -> new Listed(listed.characters().toLowerCase(Locale.ROOT), listed.not(), text);
            case Range range ->
                new Range(Character.toLowerCase(range.low()), Character.toLowerCase(range.high()), range.not(), text);
            case Alternatives alternatives ->
                new Alternatives(
                        alternatives.patterns().stream()
                                .map(p -> new Atoms(p).lowerCase().list())
                                .toList(),
                        text);
            case One one -> one;
            case Run run -> run;
        };
    }

    /** Runs of characters that stand for themselves: every text that matches holds each of them. */
    List<String> literals() {
        List<String> literals = new ArrayList<>();
        StringBuilder run = new StringBuilder();
        for (Atom atom : list) {
            if (atom instanceof Literal(char value, String text)) {
                run.append(value);
            } else {
                literals.add(run.toString());
                run.setLength(0);
            }
        }
        literals.add(run.toString());
        return literals.stream().filter(literal -> !literal.isEmpty()).toList();
    }

    /** What is odd about these as a pattern: it can match nothing, or the original did not match all that it describes. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        list.stream()
                .filter(atom -> atom instanceof Literal literal && !mayStandInName(literal.value()))
                .findFirst()
                .ifPresent(
                        atom -> remarks.add("can match no image, because no reference holds \"" + atom.text() + "\""));
        if (list.stream().anyMatch(atom -> atom instanceof Alternatives alternatives && isMisread(alternatives))) {
            remarks.add("has wildcards or nothing inside braces, where Connaisseur 3 missed images or crashed:"
                    + " it is matched as written now");
        }
        return remarks;
    }

    private static boolean mayStandInName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "._-/:@[]".indexOf(c) >= 0;
    }

    private static boolean isMisread(Alternatives alternatives) {
        return alternatives.patterns().stream()
                .anyMatch(pattern -> pattern.isEmpty() || !new Atoms(pattern).isLiteral());
    }

    /** All patterns without alternatives that this one stands for: {@code a{b,c}} is {@code ab} and {@code ac}. */
    List<Atoms> expanded() throws BadPatternException {
        List<Atoms> expanded = new ArrayList<>();
        List<Atoms> open = new ArrayList<>(List.of(this));
        while (!open.isEmpty()) {
            Atoms next = open.removeLast();
            int i = 0;
            while (i < next.list.size() && !(next.list.get(i) instanceof Alternatives)) {
                i++;
            }
            if (i == next.list.size()) {
                expanded.add(next);
            } else {
                Atoms rest = next.from(i + 1);
                for (List<Atom> pattern :
                        ((Alternatives) next.list.get(i)).patterns().reversed()) {
                    open.add(rest.after(new Atoms(pattern)).after(next.upTo(i)));
                }
            }
            if (expanded.size() + open.size() > MOST_PATTERNS) {
                throw new BadPatternException(
                        "alternatives that stand for more than " + MOST_PATTERNS + " patterns", 0, 0);
            }
        }
        return expanded;
    }

    /** A text that this matches, where no more than plain characters is needed; {@code any} stands for any run of characters. */
    String example(String any) {
        return list.stream()
                .map(atom -> switch (atom) {
                    case Literal literal -> String.valueOf(literal.value());
                    case One one -> "x";
                    case Listed listed ->
                        listed.not() ? "x" : listed.characters().substring(0, 1);
                    case Range range -> range.not() ? "x" : String.valueOf(range.low());
                    case Run run -> any;
                    case Alternatives alternatives ->
                        new Atoms(alternatives.patterns().getFirst()).example(any);
                })
                .collect(Collectors.joining());
    }
}

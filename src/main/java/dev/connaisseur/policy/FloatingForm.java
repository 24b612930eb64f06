package dev.connaisseur.policy;

import dev.connaisseur.policy.Atom.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * The original's reading: a pattern matches anywhere in a name, because a star is put before and after it unless one stands there.
 *
 * @param text the pattern as written
 */
record FloatingForm(String text, Glob glob, List<String> literals) implements Form {
    FloatingForm {
        literals = List.copyOf(literals);
    }

    /** Prepares a pattern; {@code read} is what its atoms were read from, and decides about the stars: {@code a\*} ends in one. */
    static FloatingForm of(String text, String read, Atoms atoms) {
        List<Atom> floating = new ArrayList<>(atoms.list());
        if (!read.startsWith("*")) {
            floating.addFirst(new Run("*"));
        }
        if (!read.endsWith("*")) {
            floating.addLast(new Run("*"));
        }
        return new FloatingForm(text, new Glob(new Atoms(floating)), atoms.literals());
    }

    @Override
    public boolean matches(MatchName name) {
        return glob.matches(name.text());
    }
}

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
 * Reads the glob dialect of the original: gobwas/glob without separators. Used once, by one thread.
 *
 * <p>Stricter in what is surely a mistake: a brace that is never closed, a backslash at the end and control characters are refused.
 */
final class GlobParser {
    static final int LONGEST = 4_096;
    private static final int DEEPEST = 20;

    private final String text;
    private int at;
    private int depth;
    /** Where the outermost part that is being read starts: what stands before it is sound. */
    private int sound;

    private GlobParser(String text) {
        this.text = text;
    }

    /** The atoms of a pattern in order. */
    static List<Atom> parse(String text) throws BadPatternException {
        if (text.length() > LONGEST) {
            throw new BadPatternException("it is longer than " + LONGEST + " characters", LONGEST, 0);
        }
        return new GlobParser(text).sequence();
    }

    /** Reads up to the end of the text or, inside braces, up to the comma or brace that ends an alternative. */
    private List<Atom> sequence() throws BadPatternException {
        List<Atom> atoms = new ArrayList<>();
        while (at < text.length() && !(depth > 0 && ",}".indexOf(text.charAt(at)) >= 0)) {
            if (depth == 0) {
                sound = at;
            }
            atoms.add(atom());
        }
        return atoms;
    }

    private Atom atom() throws BadPatternException {
        int start = at;
        char c = text.charAt(at++);
        return switch (c) {
            case '*' -> run(start);
            case '?' -> new One("?");
            case '[' -> characterClass(start);
            case '{' -> alternatives(start);
            case '\\' -> {
                char escaped = next("a backslash that escapes nothing", start);
                yield new Literal(checked(escaped, start + 1), text.substring(start, at));
            }
            default -> new Literal(checked(c, start));
        };
    }

    private Run run(int start) {
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return new Run(text.substring(start, at));
    }

    /** Either one range or a list of characters, as the original has it: in {@code [abc-e]} the dash is an ordinary character. */
    private Atom characterClass(int start) throws BadPatternException {
        String unclosed = "a \"[\" that is never closed";
        char first = next(unclosed, start);
        boolean not = first == '!';
        if (not) {
            first = next(unclosed, start);
        }
        if (at < text.length() && text.charAt(at) == '-') {
            at++;
            char high = next(unclosed, start);
            if (next(unclosed, start) != ']') {
                throw bad("a range of characters that \"]\" does not follow", at - 1);
            }
            if (high < first) {
                throw bad("a range of characters from high to low", start);
            }
            return new Range(first, high, not, text.substring(start, at));
        }
        StringBuilder characters = new StringBuilder();
        for (char c = first; c != ']'; c = next(unclosed, start)) {
            characters.append(c == '\\' ? next(unclosed, start) : c);
        }
        if (characters.isEmpty()) {
            throw bad("an empty list of characters", start);
        }
        return new Listed(characters.toString(), not, text.substring(start, at));
    }

    private Alternatives alternatives(int start) throws BadPatternException {
        if (++depth > DEEPEST) {
            throw bad("alternatives nested deeper than " + DEEPEST, start);
        }
        List<List<Atom>> patterns = new ArrayList<>();
        char end = ',';
        while (end == ',') {
            patterns.add(sequence());
            end = next("a \"{\" that is never closed", start);
        }
        depth--;
        return new Alternatives(patterns, text.substring(start, at));
    }

    private char next(String orElse, int start) throws BadPatternException {
        if (at >= text.length()) {
            throw bad(orElse, start);
        }
        return text.charAt(at++);
    }

    private char checked(char c, int where) throws BadPatternException {
        if (Character.isISOControl(c)) {
            throw bad("a control character", where);
        }
        return c;
    }

    private BadPatternException bad(String what, int where) {
        return new BadPatternException(what, where, sound);
    }
}

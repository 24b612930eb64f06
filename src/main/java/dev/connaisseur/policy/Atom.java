package dev.connaisseur.policy;

import java.util.List;

/** A part of a pattern's text that matches as one, with that text: {@code a}, {@code \*}, {@code ?}, {@code **}, {@code [a-c]}, {@code {a,b}}. */
sealed interface Atom {
    /** As it stands in the pattern. */
    String text();

    /** Exactly this character. */
    record Literal(char value, String text) implements Atom {
        Literal(char value) {
            this(value, String.valueOf(value));
        }
    }

    /** {@code ?}: one character, whichever. */
    record One(String text) implements Atom {}

    /** {@code *}: any run of characters, the empty one too; a slash, a colon and an at sign are nothing special to it. */
    record Run(String text) implements Atom {}

    /** {@code [abc]}: one of these characters, or with {@code [!abc]} one that is none of them. */
    record Listed(String characters, boolean not, String text) implements Atom {}

    /** {@code [a-c]}: one character in this range, or with {@code [!a-c]} outside it. */
    record Range(char low, char high, boolean not, String text) implements Atom {}

    /** <code>{a,b}</code>: one of these patterns. */
    record Alternatives(List<List<Atom>> patterns, String text) implements Atom {
        public Alternatives {
            patterns = patterns.stream().map(List::copyOf).toList();
        }
    }
}

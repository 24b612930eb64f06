package dev.connaisseur.policy;

/** A pattern that breaks the dialect. The message is what is wrong, and at which character. */
final class BadPatternException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String mistake;
    private final int readable;

    /**
     * @param at where the mistake is, an index into the pattern
     * @param readable how many characters before it make a pattern of their own
     */
    BadPatternException(String what, int at, int readable) {
        this(what + " at character " + (at + 1), readable);
    }

    private BadPatternException(String mistake, int readable) {
        super(mistake);
        this.mistake = mistake;
        this.readable = readable;
    }

    /** What is wrong, and where. */
    String mistake() {
        return mistake;
    }

    int readable() {
        return readable;
    }
}

package dev.connaisseur.json;

/**
 * How much JSON is read, and never more than {@value #MAX_VALUES} values. All is checked before a tree is built, so that nothing hostile reaches the parser's memory or
 * stack.
 *
 * @param maxBytes size of the whole document
 * @param maxDepth arrays and objects inside each other
 * @param maxTokenLength characters of one string or member name, as written; a number may never be longer than
 *     {@value #MAX_NUMBER_LENGTH}
 */
public record Limits(int maxBytes, int maxDepth, int maxTokenLength) {
    static final int MAX_NUMBER_LENGTH = 400;

    /** Two bytes can cost a hundred in a tree. */
    static final int MAX_VALUES = 300_000;

    /** Sign included: arithmetic on what we read must stay cheap. */
    static final int MAX_EXPONENT_LENGTH = 5;

    /** 16 MiB, 100 levels, 8 Mi characters. */
    public static final Limits DEFAULT = new Limits(16 << 20, 100, 8 << 20);

    public Limits {
        if (maxBytes < 1 || maxDepth < 1 || maxTokenLength < 1) {
            throw new IllegalArgumentException("limits are positive");
        }
    }

    /** The same with another size. */
    public Limits withMaxBytes(int bytes) {
        return new Limits(bytes, maxDepth, Math.min(bytes, maxTokenLength));
    }
}

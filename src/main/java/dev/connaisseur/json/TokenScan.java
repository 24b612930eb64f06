package dev.connaisseur.json;

/**
 * One pass over the text before it is parsed, without recursion: depth, token lengths and what JSON-P would let through. Grammar
 * is left to the parser.
 */
final class TokenScan {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String text;
    private final Limits limits;
    private int at;

    private TokenScan(String text, Limits limits) {
        this.text = text;
        this.limits = limits;
    }

    static void check(String text, Limits limits) {
        new TokenScan(text, limits).run();
    }

    private void run() {
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            throw new MalformedJsonException("the JSON begins with a byte order mark");
        }
        int depth = 0;
        int values = 1;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if ((c == ',' || c == '[' || c == '{') && ++values > Limits.MAX_VALUES) {
                throw new MalformedJsonException("the JSON holds more than " + Limits.MAX_VALUES + " values");
            }
            switch (c) {
                case '[', '{' -> {
                    if (++depth > limits.maxDepth()) {
                        throw new MalformedJsonException(
                                "the JSON is nested deeper than " + limits.maxDepth() + " levels");
                    }
                }
                case ']', '}' -> {
                    if (--depth < 0) {
                        throw new MalformedJsonException("the JSON closes what it never opened");
                    }
                }
                case '"' -> string();
                case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
                default -> {}
            }
        }
    }

    private void number() {
        int start = at - 1;
        int exponent = -1;
        while (at < text.length() && "0123456789+-.eE".indexOf(text.charAt(at)) >= 0) {
            char c = text.charAt(at++);
            exponent = c == 'e' || c == 'E' ? at : exponent;
        }
        if (at - start > Limits.MAX_NUMBER_LENGTH) {
            throw new MalformedJsonException(
                    "a number in the JSON is longer than " + Limits.MAX_NUMBER_LENGTH + " characters");
        }
        if (exponent >= 0 && at - exponent > Limits.MAX_EXPONENT_LENGTH) {
            throw new MalformedJsonException("a number in the JSON has an exponent without measure");
        }
    }

    private void string() {
        int start = at;
        boolean highPending = false;
        while (true) {
            char c = next();
            if (c == '"') {
                break;
            }
            if (c < ' ') {
                throw new MalformedJsonException("a string in the JSON holds a control character");
            }
            char meant = c == '\\' ? escaped() : c;
            if (highPending != Character.isLowSurrogate(meant)) {
                throw new MalformedJsonException("a string in the JSON holds half of a surrogate pair");
            }
            highPending = Character.isHighSurrogate(meant);
            if (at - start > limits.maxTokenLength()) {
                throw new MalformedJsonException(
                        "a string in the JSON is longer than " + limits.maxTokenLength() + " characters");
            }
        }
        if (highPending) {
            throw new MalformedJsonException("a string in the JSON holds half of a surrogate pair");
        }
    }

    private char escaped() {
        char c = next();
        if (c != 'u') {
            return c; // which escapes there are, the parser knows
        }
        int value = 0;
        for (int i = 0; i < 4; i++) {
            char hex = next();
            int digit = hex < 128 ? Character.digit(hex, 16) : -1;
            if (digit < 0) {
                throw new MalformedJsonException("a string in the JSON holds a broken escape");
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private char next() {
        if (at == text.length()) {
            throw new MalformedJsonException("the JSON ends inside a string");
        }
        return text.charAt(at++);
    }
}

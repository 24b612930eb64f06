package dev.connaisseur.trust;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/** Says whether a name in a certificate is the one that is meant. The whole value must match, never a part of it. */
public sealed interface IdentityMatcher {

    boolean matches(String value);

    /** As configured. */
    String text();

    /** Exactly this text; dots are dots. */
    record Exact(String text) implements IdentityMatcher {
        @Override
        public boolean matches(String value) {
            return value.equals(text);
        }
    }

    /**
     * An RE2 expression, which takes linear time whatever the value is.
     *
     * @see <a href="https://github.com/google/re2/wiki/Syntax">RE2 syntax</a>
     */
    record Regex(String text, Pattern pattern) implements IdentityMatcher {
        private static final int LONGEST = 2000;

        /**
         * Compiles an expression.
         *
         * @throws IllegalArgumentException if it is not RE2 syntax or too long
         */
        public static Regex of(String text) {
            if (text.length() > LONGEST) {
                throw new IllegalArgumentException("more than " + LONGEST + " characters");
            }
            try {
                return new Regex(text, Pattern.compile(text, Pattern.DOTALL));
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(e.getDescription(), e);
            }
        }

        @Override
        public boolean matches(String value) {
            return pattern.matches(value);
        }

        /**
         * Whether the text reads like one written for a search: where the original looked for it inside the value, here it must be
         * the whole value.
         */
        public boolean looksPartial() {
            return !text.contains(".*") && !text.contains(".+") && !text.startsWith("^") && !text.endsWith("$");
        }
    }
}

package dev.connaisseur.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dialect alone, anchored at both ends as the original's library has it. */
class GlobTest {
    @ParameterizedTest(name = "{0} | {1} | {2}")
    @CsvSource({
        "'', '', true",
        "'', a, false",
        "a, a, true",
        "a, A, false",
        "a, ab, false",
        "b, ab, false",
        "*, '', true",
        "*, a/b:c@d, true",
        "**, a/b:c@d, true",
        "a*c, ac, true",
        "a*c, a/b/c, true",
        "a*c, acb, false",
        "?, a, true",
        "?, /, true",
        "?, '', false",
        "a?c, abc, true",
        "[abc], b, true",
        "[abc], d, false",
        "[!abc], d, true",
        "[!abc], b, false",
        "[!abc], '', false",
        "[a-c], b, true",
        "[a-c], '-', false",
        "[!a-c], d, true",
        "[!a-c], b, false",
        "[abc-e], '-', true", // the original reads a range only where it is all there is
        "[abc-e], d, false",
        "[!!], '!', false",
        "[!!], a, true",
        "'[\\]]', ']', true",
        "'[]-a]', '^', true",
        "'{a,b}', a, true",
        "'{a,b}', b, true",
        "'{a,b}', 'a,b', false",
        "'{a,b}{c,d}', bc, true",
        "'x{a,{b,c}*}y', xcczy, true",
        "'x{a,{b,c}*}y', xazy, false",
        "'{a,}b', b, true",
        "'{}b', b, true",
        "'{[,}],x}', '}', true",
        "'a,b', 'a,b', true",
        "'a}b', 'a}b', true",
        "'a]b', 'a]b', true",
        "'\\*', '*', true",
        "'\\*', a, false",
        "'\\a', a, true",
        "'\\{a,b\\}', '{a,b}', true",
        "'{\\,,b}', ',', true",
        "é, é, true",
    })
    void matches(String pattern, String text, boolean expected) throws BadPatternException {
        assertThat(new Glob(new Atoms(GlobParser.parse(pattern))).matches(text)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} | {1}")
    @CsvSource({
        "'reg.io/[ab', 'a \"[\" that is never closed at character 8'",
        "'reg.io/[', 'a \"[\" that is never closed at character 8'",
        "'[a-', 'a \"[\" that is never closed at character 1'",
        "'reg.io/[]', 'an empty list of characters at character 8'",
        "'[!]', 'an empty list of characters at character 1'",
        "'x[c-a]', 'a range of characters from high to low at character 2'",
        "'x[a-c-e]', 'a range of characters that \"]\" does not follow at character 6'",
        "'reg.io/{a,b', 'a \"{\" that is never closed at character 8'",
        "'reg.io/{a,[b}', 'a \"[\" that is never closed at character 11'",
        "'reg.io/a\\', 'a backslash that escapes nothing at character 9'",
    })
    void saysWhatIsWrongAndWhere(String pattern, String mistake) {
        assertThat(Pattern.of(pattern).fault()).contains(mistake);
        assertThatThrownBy(() -> GlobParser.parse(pattern))
                .isInstanceOf(BadPatternException.class)
                .hasMessage(mistake);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\tb", "a\0b", "a\\\u0007", "a\u007f"})
    void refusesControlCharacters(String pattern) {
        assertThat(Pattern.of(pattern).fault())
                .hasValueSatisfying(what -> assertThat(what).contains("a control character"));
    }

    @Test
    void bounds() {
        assertThat(Pattern.of("a".repeat(4_096)).fault()).isEmpty();
        assertThat(Pattern.of("a".repeat(4_097)).fault()).isPresent();
        assertThat(Pattern.of("{".repeat(20) + "}".repeat(20)).fault()).isEmpty();
        assertThat(Pattern.of("{".repeat(21) + "}".repeat(21)).fault()).isPresent();
        assertThat(Pattern.of("{".repeat(4_000)).fault()).isPresent();
        assertThat(Pattern.of("{a,b}".repeat(9)).fault()).isEmpty();
        assertThat(Pattern.of("{a,b}".repeat(10)).fault())
                .contains("alternatives that stand for more than 1000 patterns at character 1");
        assertThat(Pattern.of("{a,b,}".repeat(600)).fault()).isPresent();
    }

    /** What takes a backtracking matcher longer than the universe has. */
    @ParameterizedTest
    @MethodSource("pathological")
    void takesLinearTime(String pattern) throws BadPatternException {
        Glob glob = new Glob(new Atoms(GlobParser.parse(pattern)));
        assertThat(glob.size()).isLessThanOrEqualTo(2 * pattern.length() + 1);
        Counted text = new Counted("a".repeat(700));
        assertThat(glob.matches(text)).isFalse();
        // Each character is read once, and no place of the pattern is entered twice for it: at most 700 times size
        // steps.
        assertThat(text.read).isLessThanOrEqualTo(700);
    }

    static String[] pathological() {
        return new String[] {
            "*a".repeat(500) + "b",
            "a*".repeat(500) + "b",
            "*".repeat(4_000) + "b",
            "{a,a}".repeat(300) + "*b",
            "{a,aa}".repeat(300) + "*b",
            "{a*,a*}".repeat(300) + "b",
            "{*,*a}".repeat(300) + "b",
            "{,}".repeat(700) + "b",
            "*?".repeat(500) + "b",
            "*[!b]".repeat(500) + "b",
        };
    }

    private static final class Counted implements CharSequence {
        private final String text;
        private int read;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            read++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}

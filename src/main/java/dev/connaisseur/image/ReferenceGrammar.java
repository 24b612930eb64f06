package dev.connaisseur.image;

import java.util.Locale;

/**
 * The productions of the distribution reference grammar, each as one pass over the text: no regular expression sees what a user
 * wrote.
 *
 * @see <a href="https://pkg.go.dev/github.com/distribution/reference">distribution/reference</a>
 */
final class ReferenceGrammar {
    static final int LONGEST_REPOSITORY = 255;
    static final int LONGEST_TAG = 128;
    /** What DNS can hold; the distribution grammar has no limit here. */
    static final int LONGEST_HOST = 255;

    private static final int HIGHEST_PORT = 65_535;

    private ReferenceGrammar() {}

    /** {@code domain-name ["." domain-name]* [":" port]} or an IPv6 address in brackets, with a port that exists. */
    static boolean isRegistry(String text) {
        int portColon = text.startsWith("[") ? text.indexOf(':', text.indexOf(']') + 1) : text.indexOf(':');
        String host = portColon < 0 ? text : text.substring(0, portColon);
        if (portColon >= 0 && !isPort(text.substring(portColon + 1))) {
            return false;
        }
        return host.length() <= LONGEST_HOST && (host.startsWith("[") ? isBracketed(host) : isDomain(host));
    }

    /** Path components joined by {@code /}: lower-case alphanumerics, inside them {@code .}, {@code _}, {@code __} or dashes. */
    static boolean isRepository(String text) {
        int separator = 0; // length of the run of separator characters before this one
        boolean start = true; // of a component: only an alphanumeric may stand here
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isLowerAlphanumeric(c)) {
                start = false;
                separator = 0;
            } else if (start || !mayFollow(text, i, separator)) {
                return false;
            } else if (c == '/') {
                start = true;
            } else {
                separator++;
            }
        }
        return !start && separator == 0;
    }

    static boolean isTag(String text) {
        if (text.isEmpty() || text.length() > LONGEST_TAG || !isWord(text.charAt(0))) {
            return false;
        }
        return text.chars().allMatch(c -> isWord((char) c) || c == '.' || c == '-');
    }

    static boolean isLowerHex(String text) {
        return text.chars().allMatch(c -> between('0', c, '9') || between('a', c, 'f'));
    }

    /** Whether the separator or slash at {@code i} may follow a run of {@code separator} separator characters. */
    private static boolean mayFollow(String text, int i, int separator) {
        return switch (text.charAt(i)) {
            case '/', '.' -> separator == 0;
            case '-' -> separator == 0 || text.charAt(i - 1) == '-';
            case '_' -> separator == 0 || (separator == 1 && text.charAt(i - 1) == '_');
            default -> false;
        };
    }

    /** One to five digits without a leading zero, so that one port has one spelling, up to 65535. */
    private static boolean isPort(String text) {
        if (text.isEmpty() || text.length() > 5 || text.charAt(0) == '0') {
            return false;
        }
        return text.chars().allMatch(c -> between('0', c, '9')) && Integer.parseInt(text) <= HIGHEST_PORT;
    }

    private static boolean isBracketed(String host) {
        String address = host.endsWith("]") ? host.substring(1, host.length() - 1) : "";
        return !address.isEmpty()
                && address.toLowerCase(Locale.ROOT)
                        .chars()
                        .allMatch(c -> between('0', c, '9') || between('a', c, 'f') || c == ':');
    }

    private static boolean isDomain(String host) {
        char before = '.';
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean edge = before == '.' || c == '.'; // labels neither start nor end with a dash, and are not empty
            if (c == '.' ? !isAlphanumeric(before) : !(isAlphanumeric(c) || (c == '-' && !edge))) {
                return false;
            }
            before = c;
        }
        return isAlphanumeric(before);
    }

    private static boolean isLowerAlphanumeric(char c) {
        return between('a', c, 'z') || between('0', c, '9');
    }

    private static boolean isAlphanumeric(char c) {
        return isLowerAlphanumeric(c) || between('A', c, 'Z');
    }

    private static boolean isWord(char c) {
        return isAlphanumeric(c) || c == '_';
    }

    private static boolean between(int low, int c, int high) {
        return low <= c && c <= high;
    }
}

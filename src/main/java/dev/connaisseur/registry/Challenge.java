package dev.connaisseur.registry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One demand of a {@code WWW-Authenticate} header.
 *
 * @param scheme lower case, {@code basic} or {@code bearer}
 * @param parameters by lower-case name, unquoted
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7235#section-4.1">RFC 7235, 4.1</a>
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final int MAX_LENGTH = 8192;

    Challenge {
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** All challenges of all header lines, in order; what cannot be read ends its line. */
    static List<Challenge> parse(List<String> headers) {
        List<Challenge> challenges = new ArrayList<>();
        for (String header : headers) {
            if (header.length() <= MAX_LENGTH) {
                new Reader(header).readInto(challenges);
            }
        }
        return List.copyOf(challenges);
    }

    /** A list whose separator also separates the parameters inside its elements, so it is read with one token of lookahead. */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        void readInto(List<Challenge> challenges) {
            skip(" \t,");
            while (at < text.length()) {
                String scheme = token();
                if (scheme.isEmpty()) {
                    return;
                }
                Map<String, String> parameters = new TreeMap<>();
                boolean readable = readParameters(parameters);
                challenges.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
                if (!readable) {
                    return;
                }
                skip(" \t,");
            }
        }

        /** Stops before the token that begins the next challenge. A name given twice makes the challenge unreadable. */
        private boolean readParameters(Map<String, String> parameters) {
            while (true) {
                skip(" \t,");
                int before = at;
                String name = token().toLowerCase(Locale.ROOT);
                skip(" \t");
                if (name.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
                    at = before;
                    return true;
                }
                at++;
                skip(" \t");
                Optional<String> value = at < text.length() && text.charAt(at) == '"' ? quoted() : Optional.of(token());
                if (value.isEmpty() || parameters.put(name, value.get()) != null) {
                    parameters.clear();
                    return false;
                }
            }
        }

        private Optional<String> quoted() {
            StringBuilder value = new StringBuilder();
            at++;
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '"') {
                    return Optional.of(value.toString());
                }
                if (c == '\\' && at < text.length()) {
                    c = text.charAt(at++);
                }
                value.append(c);
            }
            return Optional.empty();
        }

        private String token() {
            int start = at;
            while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private void skip(String characters) {
            while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}

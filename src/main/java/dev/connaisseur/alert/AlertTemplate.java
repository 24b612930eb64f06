package dev.connaisseur.alert;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A receiver's payload with places for values, {@code {{ namespace }}}. Values are put in as JSON text and never looked at again: what
 * a stranger wrote into an image's name neither becomes a placeholder nor leaves its string.
 */
final class AlertTemplate {
    private static final String OPENING = "{{";
    private static final String CLOSING = "}}";

    private final List<Part> parts;
    private final boolean blank;

    private AlertTemplate(List<Part> parts) {
        this.parts = List.copyOf(parts);
        String sample = sample().strip();
        blank = sample.isEmpty() || sample.equals("{}");
    }

    private sealed interface Part {
        record Literal(String text) implements Part {}

        record Place(Placeholder placeholder) implements Part {}
    }

    /**
     * Reads a template.
     *
     * @throws BadTemplateException if its braces do not pair, it names an unknown value, or would put a text where JSON has none
     */
    static AlertTemplate parse(String text) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        boolean inString = false;
        for (int open = text.indexOf(OPENING); open >= 0; open = text.indexOf(OPENING, at)) {
            String literal = text.substring(at, open);
            inString = inStringAfter(literal, inString);
            int close = text.indexOf(CLOSING, open);
            int line = 1
                    + (int) text.substring(0, open)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            if (close < 0) {
                throw BadTemplateException.unreadable("line " + line + ": {{ has no }}");
            }
            Placeholder place = placeholder(text.substring(open + OPENING.length(), close), line);
            if (!inString && !place.isNumber()) {
                throw BadTemplateException.unreadable(
                        "line " + line + ": {{ " + place.word() + " }} must stand inside quotes");
            }
            parts.add(new Part.Literal(literal));
            parts.add(new Part.Place(place));
            at = close + CLOSING.length();
        }
        parts.add(new Part.Literal(text.substring(at)));
        return new AlertTemplate(parts);
    }

    /** As in the original a blank follows the opening braces, and only blanks stand around the word. */
    private static Placeholder placeholder(String inner, int line) {
        if (!inner.startsWith(" ") || inner.contains("{") || inner.contains("}")) {
            throw BadTemplateException.unreadable("line " + line + ": write a placeholder as {{ namespace }}");
        }
        String word = inner.replace(' ', '\n').strip();
        return Placeholder.of(word).orElseThrow(() -> BadTemplateException.unknown(line));
    }

    private static boolean inStringAfter(String literal, boolean before) {
        boolean inString = before;
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (inString && c == '\\') {
                i++;
            } else if (c == '"') {
                inString = !inString;
            }
        }
        return inString;
    }

    /** The template with these values in it. */
    String render(Function<Placeholder, String> values) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Literal literal -> text.append(literal.text());
                case Part.Place place -> text.append(JsonText.escaped(values.apply(place.placeholder())));
            }
        }
        return text.toString();
    }

    /** The template with the same word everywhere: whether it gives JSON does not depend on the values. */
    String sample() {
        return render(placeholder -> placeholder.isNumber() ? "3" : "x");
    }

    /** Whether nothing is ever sent. */
    boolean isBlank() {
        return blank;
    }
}

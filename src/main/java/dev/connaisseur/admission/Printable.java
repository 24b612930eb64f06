package dev.connaisseur.admission;

/** Makes text that strangers wrote fit for one line of a terminal or log: nothing in it moves a cursor, breaks a line or reorders. */
final class Printable {
    private static final String CUT = "…";

    private Printable() {}

    /** At most {@code limit} characters; what no terminal should print stands as an escape. */
    static String line(String text, int limit) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), limit) + CUT.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            String shown = printable(c) ? Character.toString(c) : escape(c);
            if (line.length() + shown.length() > limit) {
                return line.append(CUT).toString();
            }
            line.append(shown);
            i += Character.charCount(c);
        }
        return line.toString();
    }

    private static String escape(int c) {
        return String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
    }

    private static boolean printable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}

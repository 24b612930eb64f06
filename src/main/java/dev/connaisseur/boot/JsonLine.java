package dev.connaisseur.boot;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One log line as a JSON object. Whatever could start a new line, move a terminal's cursor or reorder text is written as an
 * escape, and no member grows past a bound: log lines carry what strangers wrote.
 */
final class JsonLine {
    private static final int MEMBER_LIMIT = 8192;
    private static final String CUT = "…";

    private final Map<String, String> members = new LinkedHashMap<>();

    /** Adds a member; the first of two with one name stays, so that no stranger's field replaces {@code level} or {@code time}. */
    JsonLine with(String name, Object value) {
        members.putIfAbsent(
                name,
                value instanceof Number || value instanceof Boolean ? value.toString() : quoted(value.toString()));
        return this;
    }

    /** One line, or one indented block where people read it. */
    String render(boolean indented) {
        StringBuilder out = new StringBuilder(256).append('{');
        String separator = "";
        for (Map.Entry<String, String> member : members.entrySet()) {
            out.append(separator).append(indented ? "\n  " : "").append(quoted(member.getKey()));
            out.append(indented ? ": " : ":").append(member.getValue());
            separator = ",";
        }
        return out.append(indented ? "\n}" : "}").toString();
    }

    private static String quoted(String text) {
        boolean cut = text.length() > MEMBER_LIMIT;
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().limit(MEMBER_LIMIT).forEach(c -> append(out, c));
        return out.append(cut ? CUT : "").append('"').toString();
    }

    private static void append(StringBuilder out, int c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\t' -> out.append("\\t");
            default -> {
                if (printable(c)) {
                    out.appendCodePoint(c);
                } else {
                    for (char unit : Character.toChars(c)) {
                        out.append(String.format("\\u%04x", (int) unit));
                    }
                }
            }
        }
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

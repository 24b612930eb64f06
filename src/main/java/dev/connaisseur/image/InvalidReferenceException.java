package dev.connaisseur.image;

/** A text is no image reference. The message starts with the original's {@code invalid image reference} and says what is wrong. */
public final class InvalidReferenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 100;

    InvalidReferenceException(String reference, String why) {
        super("invalid image reference \"" + printable(reference) + "\": " + why);
    }

    /** A hostile text must not break a log line, forge one or fill it. */
    private static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
            char c = text.charAt(i);
            if (c > ' ' && c < 0x7f && c != '"' && c != '\\') {
                shown.append(c);
            } else {
                shown.append(String.format("\\u%04x", (int) c));
            }
        }
        return text.length() > SHOWN ? shown.append("…").toString() : shown.toString();
    }
}

package dev.connaisseur.alert;

/** A template cannot be used. The message says why, without the template's text. */
final class BadTemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean readable;

    private BadTemplateException(String message, boolean readable) {
        super(message);
        this.readable = readable;
    }

    static BadTemplateException unreadable(String message) {
        return new BadTemplateException(message, false);
    }

    static BadTemplateException unknown(int line) {
        return new BadTemplateException("line " + line + ": no such placeholder", true);
    }

    /** What failed, in the original's words. */
    String step(String receiver) {
        return (readable ? "failed to render template for receiver " + receiver : "failed to parse template file")
                + ": " + getMessage();
    }
}

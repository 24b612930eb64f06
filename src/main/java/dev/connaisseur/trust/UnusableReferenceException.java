package dev.connaisseur.trust;

/** A text that names no key that could ever be fetched. The message is a sentence for people. */
public final class UnusableReferenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    UnusableReferenceException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    /** What to write instead. */
    public String remedy() {
        return remedy;
    }
}

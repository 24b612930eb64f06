package dev.connaisseur.sigstore;

/** Carries a refusal from a step of the checks to their one end. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Flaw flaw;
    private final String text;

    RefusedException(Flaw flaw, String text) {
        this(flaw, text, null);
    }

    RefusedException(Flaw flaw, String text, @org.jspecify.annotations.Nullable Throwable cause) {
        super(text, cause);
        this.flaw = flaw;
        this.text = text;
    }

    Refusal refusal() {
        return new Refusal(flaw, text);
    }
}

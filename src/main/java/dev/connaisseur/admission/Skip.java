package dev.connaisseur.admission;

/** Why an image was not verified again. The texts are the original's: log line and metric label. */
public enum Skip {
    /** The stored object names the same image in the same place. */
    UNCHANGED("unchanged image reference"),
    /** The object's owner, which was admitted, names the same image in the same place. */
    CHILD("automatic approval of child image reference"),
    /** The same, but nobody knows by which digest. */
    UNPINNED_CHILD("automatic approval of child image reference");

    private final String text;

    Skip(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}

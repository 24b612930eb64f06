package dev.connaisseur.tuf;

import org.jspecify.annotations.Nullable;

/** Role files that are not to be trusted. The message is a sentence for people, the fault is for decisions. */
public final class MetadataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Fault fault;

    public MetadataException(Fault fault, String message) {
        this(fault, message, null);
    }

    public MetadataException(Fault fault, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    /** The same fault, told with what it happened to: {@code prefix: message}. */
    public MetadataException during(String prefix) {
        return new MetadataException(fault, prefix + ": " + getMessage(), this);
    }

    public Fault fault() {
        return fault;
    }

    /** What is wrong. */
    public enum Fault {
        /** The file is not what its specification says. */
        MALFORMED,
        /** There is no signature at all. */
        UNSIGNED,
        /** There are signatures, none that verifies with a trusted key. */
        UNTRUSTED,
        /** Some trusted signatures, not enough. */
        THRESHOLD,
        EXPIRED,
        /** Files that do not belong together: hash, length or version is not what another file says. */
        INCONSISTENT,
        /** Older than what was seen before. */
        ROLLBACK,
        /** A delegation that nobody declared, or that has no file. */
        NO_SUCH_ROLE
    }
}

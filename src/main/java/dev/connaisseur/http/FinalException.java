package dev.connaisseur.http;

import org.jspecify.annotations.Nullable;

/** Another try would not help. */
public final class FinalException extends LookupException {
    private static final long serialVersionUID = 1L;

    public FinalException(Kind kind, String host, String message) {
        this(kind, host, message, null);
    }

    public FinalException(Kind kind, String host, String message, @Nullable Throwable cause) {
        super(kind, host, message, cause);
    }
}

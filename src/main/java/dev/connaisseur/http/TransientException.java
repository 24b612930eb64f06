package dev.connaisseur.http;

import org.jspecify.annotations.Nullable;

/** Another try may help: a broken connection, 429, 502, 503, 504. */
public final class TransientException extends LookupException {
    private static final long serialVersionUID = 1L;

    public TransientException(Kind kind, String host, String message) {
        this(kind, host, message, null);
    }

    public TransientException(Kind kind, String host, String message, @Nullable Throwable cause) {
        super(kind, host, message, cause);
    }
}

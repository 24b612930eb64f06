package dev.connaisseur.http;

/**
 * A look-up of something outside did not deliver. The two subclasses say whether another try could help, so that
 * {@code @Retry} can select by class. The message is a sentence for people: it names host and cause, never bodies, headers or
 * addresses that a caller could probe with.
 */
public abstract sealed class LookupException extends RuntimeException permits TransientException, FinalException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, for decisions; messages are never read back. */
    public enum Kind {
        /** No connection, or it broke. */
        UNREACHABLE,
        /** No complete answer in time. */
        TIMED_OUT,
        /** A status that no other kind covers. */
        STATUS,
        NOT_FOUND,
        /** Credentials are missing or were refused. */
        UNAUTHORIZED,
        /** More bytes, pages, redirects or entries than the limit. */
        TOO_LARGE,
        /** The answer is not what its specification says, or its digest is another. */
        MALFORMED,
        /** We do not go there: the egress rules forbid the address or the scheme. */
        FORBIDDEN,
        /** The other side's certificate is not trusted for its name. */
        UNTRUSTED_TLS
    }

    private final Kind kind;
    private final String host;

    LookupException(Kind kind, String host, String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.host = host;
    }

    public Kind kind() {
        return kind;
    }

    /** The host (and port, where given) that was asked. */
    public String host() {
        return host;
    }

    /** Whether we could not find out, as opposed to having found that something is not there or not acceptable. */
    public boolean inconclusive() {
        return switch (kind) {
            case UNREACHABLE, TIMED_OUT, STATUS -> true;
            case NOT_FOUND, UNAUTHORIZED, TOO_LARGE, MALFORMED, FORBIDDEN, UNTRUSTED_TLS -> false;
        };
    }
}

package dev.connaisseur.kubernetes;

/** An object in a review is no workload that we can read: the request is denied. The message is the original's. */
public final class InvalidWorkloadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidWorkloadException(String message) {
        super(message);
    }
}

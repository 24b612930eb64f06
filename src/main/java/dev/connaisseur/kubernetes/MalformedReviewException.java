package dev.connaisseur.kubernetes;

/** The body is no AdmissionReview that could be answered: the webhook answers 400 with this message. */
public final class MalformedReviewException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private MalformedReviewException(String message) {
        super(message);
    }

    static MalformedReviewException invalidJson(String cause) {
        return new MalformedReviewException("received invalid json: " + cause);
    }

    static MalformedReviewException emptyRequest() {
        return new MalformedReviewException("received empty admission request");
    }
}

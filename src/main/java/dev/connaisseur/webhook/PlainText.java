package dev.connaisseur.webhook;

import jakarta.ws.rs.core.Response;

/** The answers that are no AdmissionReview: one line of plain text that no browser reads as anything else. */
final class PlainText {
    private static final System.Logger LOG = System.getLogger(PlainText.class.getName());

    private PlainText() {}

    /** Such an answer, with a line in the log. */
    static Response error(int status, String sentence) {
        LOG.log(System.Logger.Level.ERROR, sentence);
        return answer(status, sentence);
    }

    static Response answer(int status, String sentence) {
        return Response.status(status)
                .type("text/plain; charset=utf-8")
                .header("X-Content-Type-Options", "nosniff")
                .entity(sentence + "\n")
                .build();
    }
}

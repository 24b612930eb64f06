package dev.connaisseur.webhook;

import dev.connaisseur.kubernetes.MalformedReviewException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger.Level;

/** Turns what was thrown on the way to a decision into the documented 4xx, and everything unforeseen into a 500 without details. */
@Provider
public final class ErrorAnswers implements ExceptionMapper<Throwable> {
    private static final System.Logger LOG = System.getLogger(ErrorAnswers.class.getName());

    @Override
    public Response toResponse(Throwable failure) {
        return switch (failure) {
            case MalformedReviewException malformed -> PlainText.error(400, String.valueOf(malformed.getMessage()));
            case BodyException body -> PlainText.error(body.status(), String.valueOf(body.getMessage()));
            case NotFoundException unknown -> PlainText.error(404, "404 page not found");
            case NotAllowedException method -> PlainText.error(405, "Method not allowed.");
            case WebApplicationException refused ->
                PlainText.error(
                        refused.getResponse().getStatus(),
                        refused.getResponse().getStatusInfo().getReasonPhrase());
            default -> {
                LOG.log(Level.ERROR, "a request failed for a reason that is ours", failure);
                yield PlainText.answer(500, "internal error");
            }
        };
    }
}

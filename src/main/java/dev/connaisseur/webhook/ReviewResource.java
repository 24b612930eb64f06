package dev.connaisseur.webhook;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.kubernetes.AdmissionPhase;
import dev.connaisseur.kubernetes.AdmissionResponse;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.webhook.Lifecycle.Stage;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.CompletionCallback;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where the API server asks, whatever the phase. A request is read and parsed here, decided behind {@link Admissions} and answered
 * when the decision is there; the server's thread waits for the body only. Public, because a public class that inherits from another
 * one has bridge methods only, and those the platform overlooks.
 */
public abstract class ReviewResource {
    private static final System.Logger LOG = System.getLogger(ReviewResource.class.getName());

    private final AdmissionPhase phase;
    private final Admissions admissions;
    private final Lifecycle lifecycle;

    ReviewResource(AdmissionPhase phase, Admissions admissions, Lifecycle lifecycle) {
        this.phase = phase;
        this.admissions = admissions;
        this.lifecycle = lifecycle;
    }

    /** Somebody knocked, whatever comes of it. */
    abstract void count();

    @POST
    public void review(
            @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String contentType,
            @QueryParam("timeout") @Nullable String timeout,
            InputStream body,
            @Suspended AsyncResponse exchange) {
        count();
        lifecycle.entered();
        exchange.register((CompletionCallback) failure -> lifecycle.left());
        if (!isJson(contentType)) {
            String sentence = "wrong content type: expected json, got " + (contentType == null ? "" : contentType);
            exchange.resume(PlainText.error(400, sentence));
            return;
        }
        CompletableFuture.completedStage(body)
                .thenApply(content -> AdmissionReview.parse(RequestBody.read(content), phase))
                .thenCompose(review -> decide(review, RequestTimeout.deadline(timeout)))
                .thenAccept(exchange::resume)
                .exceptionally(failure -> {
                    exchange.resume(cause(failure));
                    return null;
                });
    }

    private CompletionStage<Response> decide(AdmissionReview review, Deadline deadline) {
        LOG.log(
                Level.DEBUG,
                () -> "admission request " + review.uid() + ": " + review.operation() + " "
                        + review.kind().kind() + " " + review.namespace() + "/" + review.name());
        return CompletableFuture.completedStage(review)
                .thenCompose(asked -> admissions.review(asked, deadline))
                .exceptionally(failure -> unforeseen(review, failure))
                .thenApply(response -> answer(response.toJson(review)));
    }

    /**
     * While the process ends, an answer is the last one on its connection: whoever asks again comes to another replica, not to a
     * connection that is just about to be lost.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-9.6">RFC 9112, 9.6</a>
     */
    private Response answer(byte[] review) {
        Response.ResponseBuilder answer = Response.ok(review, MediaType.APPLICATION_JSON_TYPE);
        return (lifecycle.stage() == Stage.STOPPING ? answer.header("Connection", "close") : answer).build();
    }

    private static boolean isJson(@Nullable String contentType) {
        String type = contentType == null ? "" : contentType.split(";", 2)[0].strip();
        return type.toLowerCase(Locale.ROOT).equals(MediaType.APPLICATION_JSON);
    }

    /** The last net: whatever went wrong, the answer is a denial that the log explains. */
    private static AdmissionResponse unforeseen(AdmissionReview review, Throwable failure) {
        LOG.log(Level.ERROR, "admission request " + review.uid() + " could not be decided", cause(failure));
        return AdmissionResponse.denied("internal error while deciding admission request " + review.uid());
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @GET
    public Response get() {
        return wrongMethod("GET");
    }

    @HEAD
    public Response head() {
        return wrongMethod("HEAD");
    }

    @PUT
    public Response put() {
        return wrongMethod("PUT");
    }

    @PATCH
    public Response patch() {
        return wrongMethod("PATCH");
    }

    @DELETE
    public Response delete() {
        return wrongMethod("DELETE");
    }

    @OPTIONS
    public Response options() {
        return wrongMethod("OPTIONS");
    }

    private Response wrongMethod(String method) {
        count();
        return PlainText.error(405, "Method not allowed.: " + method);
    }
}

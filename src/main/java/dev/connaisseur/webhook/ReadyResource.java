package dev.connaisseur.webhook;

import dev.connaisseur.Service;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/** {@code /ready} as the original has it: an empty 200, and nothing but GET. Unlike there, 503 while not ready. */
@Service
@Path("/ready")
public final class ReadyResource {
    private final Lifecycle lifecycle;

    @Inject
    public ReadyResource(Lifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @GET
    public Response ready() {
        return Response.status(lifecycle.ready() ? 200 : 503).build();
    }

    /** Else HEAD would be taken for GET. */
    @HEAD
    public Response head() {
        return PlainText.error(405, "Method not allowed.");
    }

    /** Else the platform would answer by itself. */
    @OPTIONS
    public Response options() {
        return PlainText.error(405, "Method not allowed.");
    }
}

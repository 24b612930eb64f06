package dev.connaisseur.validator.notaryv1;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.registry.ServerClient;
import dev.connaisseur.tuf.SignedMetadata;
import dev.connaisseur.validator.Reason;
import java.util.Map;
import java.util.Optional;

/** Role files of one repository on a notary server, as the server gives them. */
final class NotaryServer {
    /** What no step before it can add to. */
    static final String UNREACHED = "error creating notary client: error pinging notary server: ";

    private static final Map<Integer, String> PHRASES = Map.of(
            400, "Bad Request",
            401, "Unauthorized",
            403, "Forbidden",
            404, "Not Found",
            429, "Too Many Requests",
            500, "Internal Server Error",
            502, "Bad Gateway",
            503, "Service Unavailable",
            504, "Gateway Timeout");

    private final ServerClient.Session session;
    private final String repository;

    /** @param repository the name on the server, e.g. {@code docker.io/library/alpine} */
    NotaryServer(ServerClient client, String repository, Deadline deadline) {
        this.session = client.session(repository, deadline);
        this.repository = repository;
    }

    /**
     * Gets a file.
     *
     * @param file without {@code .json}: {@code root}, {@code targets/releases}, {@code 3.root}
     * @return empty if the server does not have it
     * @throws NotaryException if it could not be had
     */
    Optional<byte[]> file(String file) {
        HttpAnswer answer = answer(file);
        return switch (answer.status()) {
            case 200 -> Optional.of(answer.body());
            case 404 -> Optional.empty();
            case 401, 403 -> throw new NotaryException(Reason.UNAUTHORIZED, acquiring(file) + status(answer.status()));
            default -> throw new NotaryException(Reason.INCONCLUSIVE, acquiring(file) + status(answer.status()));
        };
    }

    private HttpAnswer answer(String file) {
        try {
            return session.get(
                    "/v2/" + repository.replace("[", "%5B").replace("]", "%5D") + "/_trust/tuf/" + file + ".json",
                    "application/json",
                    SignedMetadata.LARGEST);
        } catch (LookupException e) {
            throw new NotaryException(reason(e.kind()), about(file, e.kind()) + e.getMessage(), e);
        }
    }

    /** The original asks whether the server is there before anything else, and says so. */
    private static String about(String file, LookupException.Kind kind) {
        return switch (kind) {
            case UNREACHABLE, UNTRUSTED_TLS, FORBIDDEN -> UNREACHED;
            default -> acquiring(file);
        };
    }

    private static Reason reason(LookupException.Kind kind) {
        return switch (kind) {
            case UNREACHABLE, STATUS, FORBIDDEN, UNTRUSTED_TLS -> Reason.INCONCLUSIVE;
            case TIMED_OUT -> Reason.TIMED_OUT;
            case NOT_FOUND -> Reason.NO_SIGNATURE;
            case UNAUTHORIZED -> Reason.UNAUTHORIZED;
            case TOO_LARGE, MALFORMED -> Reason.MALFORMED_SIGNATURE;
        };
    }

    static String acquiring(String file) {
        return "error acquiring trust data " + file + ": ";
    }

    /** A status line as the original shows it. */
    static String status(int status) {
        String phrase = PHRASES.get(status);
        return phrase == null ? "status " + status : status + " " + phrase;
    }
}

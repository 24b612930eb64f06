package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.Purpose;
import dev.connaisseur.tuf.RepositoryFiles;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * A TUF repository on a web server.
 *
 * @param base where its metadata lies, without a slash at the end
 * @param purpose who named it
 */
record TrustRepository(HttpTransport transport, URI base, Purpose purpose) {

    /** As people know it. */
    String address() {
        return base.toString();
    }

    /** Its files, all of which are to be fetched by the deadline. */
    RepositoryFiles files(Deadline deadline) {
        return (path, limit) -> file(path, limit, deadline);
    }

    private Optional<byte[]> file(String path, int limit, Deadline deadline) {
        HttpAnswer answer = transport.send(
                HttpCall.get(URI.create(base + "/" + path), purpose).limit(limit), deadline);
        return switch (answer.status()) {
            case 200 -> Optional.of(answer.body());
            // Stores of objects say 403 of what is not there to whom may not list them.
            case 403, 404 -> Optional.empty();
            default ->
                throw new FinalException(
                        LookupException.Kind.STATUS,
                        Objects.requireNonNullElse(base.getHost(), ""),
                        base + "/" + path + " answered with status " + answer.status());
        };
    }
}

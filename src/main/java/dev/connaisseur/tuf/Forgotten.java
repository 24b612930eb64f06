package dev.connaisseur.tuf;

import dev.connaisseur.tuf.RollbackMemory.Repository;
import java.time.Instant;

/**
 * What was seen until a moment, and shall not count any more.
 *
 * @param server scheme, host and port; empty for every server
 * @param name of the repository on the server; empty for every repository
 * @param until what was seen later counts
 */
public record Forgotten(String server, String name, Instant until) {

    /** Whether what was seen of a repository is meant. */
    public boolean covers(Repository repository) {
        return covers(repository.server(), repository.name());
    }

    /** Whether this says all that the other one says. */
    public boolean covers(Forgotten other) {
        return covers(other.server, other.name) && !until.isBefore(other.until);
    }

    private boolean covers(String otherServer, String otherName) {
        return (server.isEmpty() || server.equalsIgnoreCase(otherServer)) && (name.isEmpty() || name.equals(otherName));
    }
}

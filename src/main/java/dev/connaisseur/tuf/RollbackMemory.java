package dev.connaisseur.tuf;

/**
 * Remembers the newest versions that were seen, so that a server cannot go back to older ones. One memory serves all validators of a
 * process; a shared one may serve all replicas.
 */
public interface RollbackMemory {

    /** What is remembered of a repository and still holds; empty roles if nothing is. */
    SeenRoles seen(Repository repository);

    /** Replaces what is remembered of a repository, unless newer versions were remembered meanwhile. */
    void remember(Repository repository, SeenRoles newest);

    /**
     * What is remembered separately.
     *
     * @param server scheme, host and port
     * @param name the repository's name on the server, e.g. {@code docker.io/library/alpine}
     * @param pins changes when other root keys are pinned: whoever pins a new root starts afresh
     */
    record Repository(String server, String name, String pins) {}
}

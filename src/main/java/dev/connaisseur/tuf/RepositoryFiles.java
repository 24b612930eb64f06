package dev.connaisseur.tuf;

import java.util.Optional;

/** Where the files of a repository are kept. */
public interface RepositoryFiles {
    /**
     * Fetches one file.
     *
     * @param path below the repository's base, e.g. {@code 3.root.json}
     * @param limit the most bytes that it may have
     * @return empty if there is no such file
     * @throws dev.connaisseur.http.LookupException if that could not be found out
     */
    Optional<byte[]> file(String path, int limit);
}

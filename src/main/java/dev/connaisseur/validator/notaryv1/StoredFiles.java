package dev.connaisseur.validator.notaryv1;

import dev.connaisseur.tuf.SignedMetadata;
import java.util.Map;
import java.util.Optional;

/**
 * Files of one repository that were verified together.
 *
 * @param files by name without {@code .json}
 */
record StoredFiles(Map<String, SignedMetadata> files) {
    static final StoredFiles NONE = new StoredFiles(Map.of());

    StoredFiles {
        files = Map.copyOf(files);
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    Optional<SignedMetadata> file(String name) {
        return Optional.ofNullable(files.get(name));
    }

    int bytes() {
        return files.values().stream().mapToInt(SignedMetadata::length).sum();
    }
}

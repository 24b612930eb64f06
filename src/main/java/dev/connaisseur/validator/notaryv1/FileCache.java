package dev.connaisseur.validator.notaryv1;

import dev.connaisseur.tuf.RoleName;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The verified files of the repositories that were asked for last, by repository, up to a number of bytes. */
final class FileCache {
    private final int mostBytes;
    private final Map<String, StoredFiles> byRepository = new LinkedHashMap<>(16, 0.75f, true);
    private int bytes;

    FileCache(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    synchronized StoredFiles get(String repository) {
        return byRepository.getOrDefault(repository, StoredFiles.NONE);
    }

    /** When the first file of each role ends, over all repositories. */
    synchronized Map<RoleName, Instant> expiries() {
        Map<RoleName, Instant> first = new TreeMap<>(Comparator.comparing(RoleName::text));
        byRepository
                .values()
                .forEach(stored -> stored.files().forEach((name, file) -> {
                    if (name.equals(file.role().text())) { // an older root is only a step to the newest
                        first.merge(file.role(), file.expires(), (a, b) -> a.isBefore(b) ? a : b);
                    }
                }));
        return first;
    }

    synchronized void put(String repository, StoredFiles files) {
        bytes -= byRepository.getOrDefault(repository, StoredFiles.NONE).bytes();
        byRepository.put(repository, files);
        bytes += files.bytes();
        while (bytes > mostBytes) {
            String eldest = byRepository.keySet().iterator().next();
            bytes -= byRepository.getOrDefault(eldest, StoredFiles.NONE).bytes();
            byRepository.remove(eldest);
        }
    }
}

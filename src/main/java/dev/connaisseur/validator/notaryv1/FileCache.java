package dev.connaisseur.validator.notaryv1;

import java.util.LinkedHashMap;
import java.util.Map;

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

package dev.connaisseur.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/**
 * What some directories hold, told by places, sizes and times, not by content: another stamp, perhaps other content. Where
 * Kubernetes swaps a volume's {@code ..data} every file has another place.
 *
 * @param text equal only where nothing was changed
 */
record FileStamp(String text) {
    private static final int DEPTH = 4;
    private static final int MOST = 5000;

    /** Looks at directories; one that is not there is one without files. */
    static FileStamp of(List<Path> directories) {
        StringBuilder text = new StringBuilder();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                add(directory, text);
            }
        }
        return new FileStamp(text.toString());
    }

    private static void add(Path directory, StringBuilder text) {
        try (Stream<Path> files = Files.walk(directory, DEPTH, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.limit(MOST).sorted().toList()) {
                BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
                text.append(file).append(' ').append(seen.fileKey()).append(' ').append(seen.size());
                text.append(' ').append(seen.lastModifiedTime().toInstant()).append('\n');
            }
        } catch (IOException | UncheckedIOException e) {
            text.append(directory).append(" is being changed\n");
        }
    }
}

package dev.connaisseur.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The shipped server as another version of it would be that shares verdicts in another format: the one name of the format in the
 * compiled class is another. Nothing that ships can be told to do this.
 */
final class OtherVersion {
    static final String OURS = "connaisseur:v1:";
    static final String THEIRS = "connaisseur:v9:";
    private static final Path SERVER = Path.of("target/liberty/wlp/usr/servers/connaisseur");
    private static final String CLASS = "dev/connaisseur/cache/SharedLevel.class";

    private OtherVersion() {}

    /**
     * Makes it below a directory.
     *
     * @return what {@code WLP_USER_DIR} has to be
     */
    static Path make(Path directory) throws IOException {
        Path server = directory.resolve("servers/connaisseur");
        try (Stream<Path> files = Files.walk(SERVER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path relative = SERVER.relativize(file);
                if (relative.startsWith("workarea") || relative.startsWith("logs")) {
                    continue;
                }
                Path target = server.resolve(relative);
                Files.createDirectories(target.getParent());
                if (relative.toString().endsWith(".war")) {
                    rename(file, target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return directory;
    }

    private static void rename(Path from, Path to) throws IOException {
        int renamed = 0;
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(from));
                OutputStream file = Files.newOutputStream(to);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                if (entry.getName().endsWith(CLASS)) {
                    out.write(renamed(in));
                    renamed++;
                } else {
                    in.transferTo(out);
                }
                out.closeEntry();
            }
        }
        if (renamed != 1) {
            throw new AssertionError(CLASS + " is there " + renamed + " times");
        }
    }

    /** Both names are of the same length, so that nothing else in the class changes. */
    private static byte[] renamed(InputStream in) throws IOException {
        String content = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        if (!content.contains(OURS)) {
            throw new AssertionError(CLASS + " does not name the format any more");
        }
        return content.replace(OURS, THEIRS).getBytes(StandardCharsets.ISO_8859_1);
    }
}

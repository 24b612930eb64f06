package dev.connaisseur.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the certificates that are believed beside the runtime's roots. */
public final class RootFiles {
    private static final int MAX_FILES = 2000;
    private static final long MAX_BYTES = 2 << 20;

    private final Set<X509Certificate> roots = new HashSet<>();
    private final List<String> mistakes;

    private RootFiles(List<String> mistakes) {
        this.mistakes = mistakes;
    }

    /**
     * Reads files and directories.
     *
     * @param ours our own directory: every {@code *.crt} and {@code *.pem} in it must hold certificates; it need not exist
     * @param file a file that must hold certificates
     * @param systems directories of the system, in which other things may lie
     * @param mistakes takes a sentence for each file that cannot be used
     */
    public static Set<X509Certificate> read(Path ours, Optional<Path> file, List<Path> systems, List<String> mistakes) {
        RootFiles files = new RootFiles(mistakes);
        files.in(ours).forEach(found -> files.add(found, true));
        file.ifPresent(named -> files.add(named, true));
        for (Path system : systems) {
            files.in(system).forEach(found -> files.add(found, false));
        }
        return Set.copyOf(files.roots);
    }

    private List<Path> in(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isRegularFile)
                    .filter(entry -> entry.getFileName().toString().matches("[^.].*\\.(crt|pem)"))
                    .sorted()
                    .limit(MAX_FILES)
                    .toList();
        } catch (IOException e) {
            mistakes.add("the directory " + directory + " cannot be read");
            return List.of();
        }
    }

    private void add(Path file, boolean strict) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new UnusableCertificateException("the file has more than " + MAX_BYTES + " bytes");
            }
            roots.addAll(CertificateBundle.parse(Files.readString(file, StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            mistakes.add("the file " + file + " cannot be read");
        } catch (UnusableCertificateException e) {
            if (strict) {
                mistakes.add("the file " + file + " cannot be used: " + e.getMessage());
            }
        }
    }
}

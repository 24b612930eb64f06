package dev.connaisseur.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A directory that files are read from and never left: neither by {@code ..} nor by a symbolic link. Links that stay inside the
 * file's own directory, as Kubernetes makes them for mounted volumes ({@code tls.crt -> ..data/tls.crt}), are followed.
 */
record Folder(Path path) {

    /**
     * Reads one file, e.g. {@code read("name", "secret.yaml")}.
     *
     * @throws EscapeException if the file lies outside, whether it exists or not
     * @throws IOException if there is no such file, it cannot be read, or it is larger than {@link ConfigDocument#MAX_BYTES}
     */
    byte[] read(String... elements) throws IOException {
        Path base = path.toAbsolutePath().normalize();
        Path file = inside(base, elements);
        Path real = file.toRealPath();
        // The parent may itself be a link: it, too, has to stay inside.
        Path parent = parent(file).toRealPath();
        if (!parent.startsWith(base.toRealPath()) || !real.startsWith(parent)) {
            throw new EscapeException(file + " leads out of its directory");
        }
        if (!Files.isRegularFile(real)) {
            throw new IOException(file + " is not a file");
        }
        try (InputStream stream = Files.newInputStream(real)) {
            byte[] content = stream.readNBytes(ConfigDocument.MAX_BYTES + 1);
            if (content.length > ConfigDocument.MAX_BYTES) {
                throw new IOException(file + " is larger than " + ConfigDocument.MAX_BYTES + " bytes");
            }
            return content;
        }
    }

    private static Path inside(Path base, String... elements) throws EscapeException {
        Path file = base;
        for (String element : elements) {
            Path parent = file;
            try {
                file = parent.resolve(element).normalize();
            } catch (InvalidPathException e) {
                throw new EscapeException("not the name of a file");
            }
            if (!file.startsWith(parent) || file.equals(parent)) {
                throw new EscapeException(file + " is not below " + parent);
            }
        }
        return file;
    }

    private static Path parent(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IOException(file + " is not a file");
        }
        return parent;
    }

    /** The way to a file leaves the folder. */
    static final class EscapeException extends IOException {
        private static final long serialVersionUID = 1L;

        EscapeException(String message) {
            super(message);
        }
    }
}

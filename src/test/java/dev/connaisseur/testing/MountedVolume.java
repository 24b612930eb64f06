package dev.connaisseur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A directory as Kubernetes mounts a ConfigMap or a Secret: each file is a link through {@code ..data} to a directory of one
 * version, and another version comes by replacing that one link.
 *
 * @param path where it is mounted
 */
public record MountedVolume(Path path, AtomicInteger version) {
    /** Makes one with its first version. */
    public static MountedVolume of(Path path, Map<String, String> files) {
        try {
            MountedVolume volume = new MountedVolume(Files.createDirectories(path), new AtomicInteger());
            volume.swap(files);
            return volume;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another version of everything, in one step. */
    public void swap(Map<String, String> files) {
        try {
            String name = "..version_" + version.incrementAndGet();
            Path directory = Files.createDirectory(path.resolve(name));
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path target = directory.resolve(file.getKey());
                Files.createDirectories(target.getParent());
                Files.writeString(target, file.getValue());
            }
            Path link = path.resolve("..data_tmp");
            Files.createSymbolicLink(link, Path.of(name));
            Files.move(
                    link, path.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            for (String file : files.keySet()) {
                Path first = Path.of(file).getName(0);
                if (!Files.isSymbolicLink(path.resolve(first))) {
                    Files.createSymbolicLink(
                            path.resolve(first), Path.of("..data").resolve(first));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

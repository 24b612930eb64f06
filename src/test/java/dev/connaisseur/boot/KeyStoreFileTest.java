package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyStoreFileTest {
    @TempDir
    private Path directory;

    @Test
    void writesWhatTheServerReads() throws Exception {
        Path file = directory.resolve("tls/key.p12");
        ServingCertificate first = SelfSigned.create(InstantSource.system());
        ServingCertificate second = SelfSigned.create(InstantSource.system());
        KeyStoreFile store = new KeyStoreFile(file, "of this start");

        store.write(first);
        store.write(second);

        KeyStore read = KeyStore.getInstance(file.toFile(), "of this start".toCharArray());
        assertThat(read.getCertificate("connaisseur")).isEqualTo(second.leaf());
        assertThat(read.getKey("connaisseur", "of this start".toCharArray())).isEqualTo(second.key());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).as("nothing is left beside it").containsExactly(file);
        }
    }
}

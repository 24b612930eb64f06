package dev.connaisseur.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Set;

/** The PKCS#12 file that the server polls, since it reads no PEM. Its password lives in the environment of this process only. */
final class KeyStoreFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final String password;

    /** @param password what {@code server.xml} opens the file with */
    KeyStoreFile(Path path, String password) {
        this.path = path;
        this.password = password;
    }

    /** Replaces the file in one step: a reader sees the old or the new content, never a part. */
    void write(ServingCertificate certificate) {
        try {
            Path directory = Files.createDirectories(path.toAbsolutePath().getParent());
            Path fresh =
                    Files.createTempFile(directory, "key", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            try {
                try (OutputStream out = Files.newOutputStream(fresh)) {
                    keyStore(certificate).store(out, password.toCharArray());
                }
                Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the key store " + path, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform writes PKCS#12", e);
        }
    }

    private KeyStore keyStore(ServingCertificate certificate) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "connaisseur",
                certificate.key(),
                password.toCharArray(),
                certificate.chain().toArray(new X509Certificate[0]));
        return store;
    }
}

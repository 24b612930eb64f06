package dev.connaisseur.cache;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes entries of a store that others can write to believable: a message authentication code over an entry and the name under
 * which it stands. Without one of the keys nobody can make an entry, nor give one entry's content to another.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2104">RFC 2104</a>
 */
public final class Seal {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int LENGTH = 32;
    private static final int LEAST = 32;
    private static final int MOST = 4096;

    private final List<SecretKeySpec> keys;

    private Seal(List<SecretKeySpec> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads the keys of a directory: {@code key} seals, {@code previous} is accepted beside it while keys are replaced.
     *
     * @param mistakes takes a sentence for each file that is there and no key
     * @return empty if there is no {@code key}
     */
    public static Optional<Seal> read(Path directory, List<String> mistakes) {
        List<SecretKeySpec> keys = new ArrayList<>();
        for (String name : List.of("key", "previous")) {
            Path file = directory.resolve(name);
            if (Files.isRegularFile(file)) {
                key(file, mistakes).ifPresent(keys::add);
            } else if (keys.isEmpty()) {
                return Optional.empty();
            }
        }
        return keys.isEmpty() ? Optional.empty() : Optional.of(new Seal(keys));
    }

    private static Optional<SecretKeySpec> key(Path file, List<String> mistakes) {
        try {
            byte[] content = Files.size(file) > MOST ? new byte[0] : Files.readAllBytes(file);
            byte[] key =
                    new String(content, StandardCharsets.ISO_8859_1).strip().getBytes(StandardCharsets.ISO_8859_1);
            if (key.length >= LEAST) {
                return Optional.of(new SecretKeySpec(key, ALGORITHM));
            }
            mistakes.add("the file " + file + " is no key: it must hold " + LEAST + " to " + MOST + " bytes");
        } catch (IOException e) {
            mistakes.add("the file " + file + " cannot be read");
        }
        return Optional.empty();
    }

    /** The code, followed by the content. */
    byte[] seal(String name, byte[] content) {
        byte[] sealed = Arrays.copyOf(code(keys.getFirst(), name, content), LENGTH + content.length);
        System.arraycopy(content, 0, sealed, LENGTH, content.length);
        return sealed;
    }

    /** The content; empty for anything that was not sealed under this name by one of the keys. */
    Optional<byte[]> open(String name, byte[] sealed) {
        if (sealed.length <= LENGTH) {
            return Optional.empty();
        }
        byte[] code = Arrays.copyOf(sealed, LENGTH);
        byte[] content = Arrays.copyOfRange(sealed, LENGTH, sealed.length);
        for (SecretKeySpec key : keys) {
            if (MessageDigest.isEqual(code, code(key, name, content))) {
                return Optional.of(content);
            }
        }
        return Optional.empty();
    }

    private static byte[] code(SecretKeySpec key, String name, byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(name.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) '\n'); // no name has one
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}

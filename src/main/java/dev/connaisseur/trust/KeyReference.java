package dev.connaisseur.trust;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a public key is kept that does not stand in the configuration itself. Only says where: the {@code keys} room fetches. What
 * cannot lead to a key is refused when it is read.
 *
 * @see <a href="https://docs.sigstore.dev/cosign/key_management/overview/">cosign's references</a>
 */
public sealed interface KeyReference {
    /** As it was written, for messages: no reference holds a secret. */
    String text();

    /** A PEM file, by its absolute path. */
    record LocalFile(String text, Path path) implements KeyReference {}

    /** A variable of this process that holds PEM. */
    record Variable(String text, String name) implements KeyReference {}

    /** A web address that answers with PEM. */
    record Web(String text) implements KeyReference {}

    /** The entry {@code cosign.pub} of a Secret of the cluster around us. */
    record Secret(String text, String namespace, String name) implements KeyReference {}

    /**
     * A key of Amazon's key management.
     *
     * @param endpoint host, perhaps with a port, of another server; empty for Amazon's own
     * @param region from the reference; empty where it does not say
     * @param key its id, its ARN, or an alias
     */
    record Aws(String text, String endpoint, String region, String key) implements KeyReference {}

    /**
     * A key of an Azure key vault or managed HSM.
     *
     * @param version empty for the newest
     */
    record Azure(String text, String host, String name, String version) implements KeyReference {}

    /**
     * A key of Google's key management.
     *
     * @param key {@code projects/…/cryptoKeys/NAME}
     * @param version empty for the newest that is enabled
     */
    record Google(String text, String key, String version) implements KeyReference {}

    /** A key of Vault's transit engine: its newest version. */
    record Vault(String text, String name) implements KeyReference {}

    /** How the text of a key begins that stands in the configuration itself. */
    String INLINE = "-----BEGIN";

    Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");

    /** Whether a text names a key instead of being one. */
    static boolean is(String text) {
        String bare = text.strip();
        return !bare.isEmpty() && !bare.startsWith(INLINE) && bare.lines().count() == 1;
    }

    /**
     * Reads a reference.
     *
     * @param configuration the file it stands in: relative paths are beside it
     * @throws UnusableReferenceException if no key can ever be fetched by it
     */
    static KeyReference parse(String text, Path configuration) {
        String bare = text.strip();
        if (bare.toLowerCase(Locale.ROOT).startsWith("gitlab")) {
            throw new UnusableReferenceException(
                    "keys in variables of GitLab projects (" + bare + ") are not fetched",
                    "Write the public key itself, or a file, k8s://, env:// or https:// that has it.");
        }
        var scheme = SCHEME.matcher(bare);
        if (!scheme.matches()) {
            return new LocalFile(bare, path(bare, configuration));
        }
        return KeyReferenceReader.read(scheme.group(1).toLowerCase(Locale.ROOT), bare);
    }

    private static Path path(String bare, Path configuration) {
        try {
            return configuration.toAbsolutePath().resolveSibling(bare).normalize();
        } catch (InvalidPathException e) {
            throw new UnusableReferenceException(
                    "it is neither a key nor the path of a file",
                    "Write one PEM block PUBLIC KEY, or the path of a file that holds it.");
        }
    }
}

package dev.connaisseur.sigstore;

import dev.connaisseur.image.Digest;
import java.util.Optional;

/**
 * What somebody is said to have signed.
 *
 * @param content its bytes, empty where only the digest is known
 */
public record Artifact(Digest digest, Optional<Bytes> content) {
    public static Artifact of(byte[] content) {
        return new Artifact(Digest.of(content), Optional.of(Bytes.of(content)));
    }

    public static Artifact of(Digest digest) {
        return new Artifact(digest, Optional.empty());
    }
}

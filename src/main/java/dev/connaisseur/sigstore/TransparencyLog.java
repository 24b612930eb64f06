package dev.connaisseur.sigstore;

import dev.connaisseur.trust.Hash;
import dev.connaisseur.trust.SignatureAlgorithm;
import dev.connaisseur.trust.SignatureAlgorithm.Encoding;
import dev.connaisseur.trust.SignatureCheck;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Locale;
import java.util.Optional;

/**
 * A log that is believed: Rekor for signatures, or a certificate transparency log.
 *
 * @param id how entries name it: the SHA-256 of its key, or for a log of the tiles kind of its name and key
 * @param checkpointId what its lines in checkpoints start with, at least 4 bytes
 * @param host the log's host as its checkpoints name it; empty where it is not known
 */
public record TransparencyLog(Bytes id, Bytes checkpointId, PublicKey key, Window validFor, String host) {

    /** A log of which only the key is known. */
    public static TransparencyLog of(PublicKey key) {
        Bytes id = Bytes.of(Hash.SHA_256.of(key.getEncoded()));
        return new TransparencyLog(id, id, key, Window.ALWAYS, "");
    }

    /** Whether the log signed this. Logs sign with SHA-256 (ECDSA as DER, RSA PKCS#1 v1.5) or Ed25519. */
    boolean signed(Bytes message, Bytes signature) {
        return algorithm()
                .filter(algorithm -> SignatureCheck.verify(key, algorithm, message.toArray(), signature.toArray()))
                .isPresent();
    }

    /** Whether it is of the tiles kind (Rekor v2), whose checkpoints must be signed under the log's own name. */
    boolean tiled() {
        return key instanceof EdECPublicKey;
    }

    private Optional<SignatureAlgorithm> algorithm() {
        return switch (key) {
            case ECPublicKey ec -> Optional.of(SignatureAlgorithm.ecdsa(Hash.SHA_256, Encoding.DER));
            case RSAPublicKey rsa -> Optional.of(SignatureAlgorithm.rsaPkcs1(Hash.SHA_256));
            case EdECPublicKey ed -> Optional.of(SignatureAlgorithm.ED25519);
            default -> Optional.empty();
        };
    }

    /** The host of a base URL, without scheme, path and port. */
    static String hostOf(String url) {
        String rest = url.replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*://", "");
        return rest.replaceFirst("[/?#].*$", "").replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
    }
}

package dev.connaisseur.tuf;

import static dev.connaisseur.tuf.MetadataException.Fault.MALFORMED;
import static dev.connaisseur.tuf.MetadataException.Fault.THRESHOLD;
import static dev.connaisseur.tuf.MetadataException.Fault.UNSIGNED;
import static dev.connaisseur.tuf.MetadataException.Fault.UNTRUSTED;

import dev.connaisseur.trust.Hash;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may sign for a role: keys by id, and how many distinct ones must have signed.
 *
 * @param threshold at least 1
 */
public record RoleKeys(Map<String, TufKey> keys, int threshold) {
    public RoleKeys {
        keys = Map.copyOf(keys);
        if (threshold < 1) {
            throw new MetadataException(MALFORMED, "threshold cannot be less than 1, is " + threshold);
        }
    }

    /**
     * Checks that enough of the keys signed the file. A key counts once, however often and under however many ids it signed.
     *
     * @throws MetadataException {@code UNSIGNED}, {@code UNTRUSTED} or {@code THRESHOLD}
     */
    public void verify(SignedMetadata file) {
        if (file.signatures().isEmpty()) {
            throw new MetadataException(UNSIGNED, "no signatures found for " + file.role());
        }
        byte[] message = file.message();
        Set<String> signers = new HashSet<>();
        for (RoleSignature signature : file.signatures()) {
            TufKey key = keys.get(signature.keyId());
            Optional<String> signer = key == null ? Optional.empty() : key.signer();
            if (key != null && signer.isPresent() && !signers.contains(signer.get()) && key.made(signature, message)) {
                signers.add(signer.get());
            }
            if (signers.size() == threshold) {
                return;
            }
        }
        throw new MetadataException(
                signers.isEmpty() ? UNTRUSTED : THRESHOLD,
                signers.size() + " of " + threshold + " needed signatures verify with the keys of the role "
                        + new TreeSet<>(keys.keySet()));
    }

    /** Changes when keys or threshold change: what was signed by other keys cannot be compared by version. */
    public String fingerprint() {
        return fingerprint(keys.keySet(), threshold);
    }

    static String fingerprint(Collection<String> keyIds, long threshold) {
        String all = threshold + " " + new TreeSet<>(keyIds);
        return HexFormat.of().formatHex(Hash.SHA_256.of(all.getBytes(StandardCharsets.UTF_8)));
    }
}

package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.LookupException;
import dev.connaisseur.image.Digest;
import dev.connaisseur.registry.Descriptor;
import dev.connaisseur.registry.Manifest;
import dev.connaisseur.registry.RepositorySession;
import dev.connaisseur.validator.cosign.Finding.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gathers the signatures that cosign keeps as layers of the manifest {@code sha256-<hex>.sig} beside the image. Reads the registry,
 * verifies nothing.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">Cosign signature specification</a>
 */
final class LegacySignatures {
    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";

    /** All of them are looked at, or none: else the order of a hostile list would decide. */
    private static final int MOST_LAYERS = 100;

    /** An RSA signature of 8192 bits takes 1,368 characters. */
    private static final int LONGEST_SIGNATURE = 4096;

    private LegacySignatures() {}

    /** Everything that is there; what is broken or cannot be fetched is a finding, so that other sources still count. */
    static Gathered gather(RepositorySession session, Digest image) {
        Optional<Manifest> manifest;
        try {
            manifest = session.manifestByTag("sha256-" + image.hex() + ".sig");
        } catch (LookupException e) {
            return Gathered.broken(Finding.of(e));
        }
        if (manifest.isEmpty()) {
            return Gathered.NOTHING;
        }
        List<Descriptor> layers = manifest.get().layers();
        if (layers.size() > MOST_LAYERS) {
            return Gathered.broken(
                    new Finding(Step.FORMAT, "there are " + layers.size() + " signatures, more than " + MOST_LAYERS));
        }
        List<Evidence> evidence = new ArrayList<>();
        List<Finding> broken = new ArrayList<>();
        for (Descriptor layer : layers) {
            read(session, layer, evidence, broken);
        }
        return new Gathered(evidence, broken);
    }

    private static void read(
            RepositorySession session, Descriptor layer, List<Evidence> evidence, List<Finding> broken) {
        if (!layer.mediaType().equals(SignaturePayload.MEDIA_TYPE)) {
            broken.add(new Finding(Step.FORMAT, "a layer beside the image is not a signature"));
            return;
        }
        String text = layer.annotations().getOrDefault(SIGNATURE, "");
        Optional<Bytes> signature = text.length() > LONGEST_SIGNATURE ? Optional.empty() : Bytes.ofBase64(text);
        if (signature.isEmpty() || signature.get().length() == 0) {
            broken.add(new Finding(Step.FORMAT, "a signature is not base64, too long or empty"));
            return;
        }
        try {
            Bytes payload = Bytes.of(session.blob(layer, SignaturePayload.LARGEST));
            evidence.add(new Evidence(payload, signature.get()));
        } catch (LookupException e) {
            broken.add(Finding.of(e));
        }
    }
}

package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.LookupException;
import dev.connaisseur.image.Digest;
import dev.connaisseur.registry.Descriptor;
import dev.connaisseur.registry.Manifest;
import dev.connaisseur.registry.RepositorySession;
import dev.connaisseur.sigstore.Bytes;
import dev.connaisseur.sigstore.Content;
import dev.connaisseur.sigstore.Evidence;
import dev.connaisseur.sigstore.LegacyAnnotations;
import dev.connaisseur.sigstore.MalformedEvidenceException;
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
    /** All of them are looked at, or none: else the order of a hostile list would decide. */
    private static final int MOST_LAYERS = 100;

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
            try {
                evidence.add(read(session, layer));
            } catch (LookupException e) {
                broken.add(Finding.of(e));
            } catch (MalformedEvidenceException e) {
                broken.add(new Finding(Step.FORMAT, String.valueOf(e.getMessage())));
            }
        }
        return new Gathered(evidence, broken);
    }

    private static Evidence read(RepositorySession session, Descriptor layer) {
        if (!layer.mediaType().equals(SignaturePayload.MEDIA_TYPE)) {
            throw new MalformedEvidenceException("a layer beside the image is not a signature");
        }
        LegacyAnnotations annotations = LegacyAnnotations.parse(layer.annotations());
        Bytes signature = annotations
                .signature()
                .orElseThrow(() -> new MalformedEvidenceException("a layer beside the image has no signature"));
        Bytes payload = Bytes.of(session.blob(layer, SignaturePayload.LARGEST));
        return annotations.evidence(new Content.Payload(payload), signature, signature);
    }
}

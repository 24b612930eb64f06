package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.LookupException;
import dev.connaisseur.image.Digest;
import dev.connaisseur.registry.Descriptor;
import dev.connaisseur.registry.Manifest;
import dev.connaisseur.registry.RepositorySession;
import dev.connaisseur.sigstore.Bytes;
import dev.connaisseur.sigstore.Content;
import dev.connaisseur.sigstore.Dsse;
import dev.connaisseur.sigstore.Evidence;
import dev.connaisseur.sigstore.LegacyAnnotations;
import dev.connaisseur.sigstore.MalformedEvidenceException;
import dev.connaisseur.validator.cosign.Finding.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gathers what cosign's older format keeps as layers of a manifest beside the image: signatures at the tag {@code sha256-<hex>.sig},
 * attestations at {@code sha256-<hex>.att}. Reads the registry, verifies nothing.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">Cosign signature specification</a>
 */
final class LegacyLayers {
    /** All of them are looked at, or none: else the order of a hostile list would decide. */
    private static final int MOST_LAYERS = 100;

    private static final long MOST_BYTES = 32L << 20;

    private final RepositorySession session;
    private final Digest image;

    LegacyLayers(RepositorySession session, Digest image) {
        this.session = session;
        this.image = image;
    }

    Gathered signatures() {
        return gather(".sig", this::signature);
    }

    Gathered attestations() {
        return gather(".att", this::attestation);
    }

    private interface LayerReader {
        /** @throws MalformedEvidenceException if the layer is not what it should be */
        Evidence read(Descriptor layer, LegacyAnnotations annotations);
    }

    /** Everything that is there; what is broken or cannot be fetched is a finding, so that other sources still count. */
    private Gathered gather(String suffix, LayerReader reader) {
        Optional<Manifest> manifest;
        try {
            manifest = session.manifestByTag("sha256-" + image.hex() + suffix);
        } catch (LookupException e) {
            return Gathered.broken(Finding.of(e));
        }
        List<Descriptor> layers = manifest.map(Manifest::layers).orElse(List.of());
        if (layers.size() > MOST_LAYERS) {
            return Gathered.broken(new Finding(
                    Step.FORMAT, "there are " + layers.size() + " layers beside the image, more than " + MOST_LAYERS));
        }
        if (layers.stream().mapToLong(Descriptor::size).sum() > MOST_BYTES) {
            return Gathered.broken(
                    new Finding(Step.FORMAT, "the layers beside the image have more than " + MOST_BYTES + " bytes"));
        }
        List<Evidence> evidence = new ArrayList<>();
        List<Finding> broken = new ArrayList<>();
        for (Descriptor layer : layers) {
            try {
                evidence.add(reader.read(layer, LegacyAnnotations.parse(layer.annotations())));
            } catch (LookupException e) {
                broken.add(Finding.of(e));
            } catch (MalformedEvidenceException e) {
                broken.add(new Finding(Step.FORMAT, String.valueOf(e.getMessage())));
            }
        }
        return new Gathered(evidence, broken);
    }

    private Evidence signature(Descriptor layer, LegacyAnnotations annotations) {
        if (!layer.mediaType().equals(SignaturePayload.MEDIA_TYPE)) {
            throw new MalformedEvidenceException("a layer beside the image is not a signature");
        }
        Bytes signature = annotations
                .signature()
                .orElseThrow(() -> new MalformedEvidenceException("a layer beside the image has no signature"));
        Bytes payload = Bytes.of(session.blob(layer, SignaturePayload.LARGEST));
        return annotations.evidence(new Content.Payload(payload), signature, signature);
    }

    /** The signature is in the envelope; a timestamp is over the envelope as a whole. */
    private Evidence attestation(Descriptor layer, LegacyAnnotations annotations) {
        if (!layer.mediaType().equals(Dsse.MEDIA_TYPE)) {
            throw new MalformedEvidenceException("a layer beside the image is not an attestation");
        }
        byte[] json = session.blob(layer, Dsse.LARGEST);
        Dsse envelope = Dsse.parse(json);
        return annotations.evidence(envelope.content(), envelope.signature(), Bytes.of(json));
    }
}

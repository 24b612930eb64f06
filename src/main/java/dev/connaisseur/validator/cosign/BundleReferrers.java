package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.LookupException;
import dev.connaisseur.image.Digest;
import dev.connaisseur.registry.Descriptor;
import dev.connaisseur.registry.Manifest;
import dev.connaisseur.registry.RepositorySession;
import dev.connaisseur.sigstore.Artifact;
import dev.connaisseur.sigstore.Evidence;
import dev.connaisseur.sigstore.MalformedEvidenceException;
import dev.connaisseur.sigstore.SigstoreBundle;
import dev.connaisseur.validator.cosign.Finding.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gathers the sigstore bundles that refer to an image, by the referrers API or the referrers tag. Reads the registry, verifies
 * nothing.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers">Listing referrers</a>
 */
final class BundleReferrers {
    /** All of them are looked at, or none: else the order of a hostile list would decide. */
    private static final int MOST_REFERRERS = 50;

    private static final long MOST_BYTES = 32L << 20;

    /** How a registry without the API, or an older tool, calls an artifact of any type. */
    private static final List<String> UNTYPED = List.of(
            "application/vnd.oci.empty.v1+json", "application/vnd.oci.image.config.v1+json", "application/json");

    private BundleReferrers() {}

    static Gathered gather(RepositorySession session, Digest image) {
        List<Descriptor> layers = new ArrayList<>();
        List<Finding> broken = new ArrayList<>();
        try {
            List<Descriptor> referrers = session.referrers(image, Optional.empty()).stream()
                    .filter(BundleReferrers::mayHoldBundle)
                    .toList();
            if (referrers.size() > MOST_REFERRERS) {
                return Gathered.broken(new Finding(
                        Step.FORMAT, "there are " + referrers.size() + " bundles, more than " + MOST_REFERRERS));
            }
            for (Descriptor referrer : referrers) {
                layers(session, image, referrer, layers, broken);
            }
        } catch (LookupException e) {
            broken.add(Finding.of(e));
        }
        if (layers.stream().mapToLong(Descriptor::size).sum() > MOST_BYTES) {
            return Gathered.broken(new Finding(Step.FORMAT, "the bundles have more than " + MOST_BYTES + " bytes"));
        }
        List<Evidence> evidence = new ArrayList<>();
        for (Descriptor layer : layers) {
            try {
                evidence.add(SigstoreBundle.parse(session.blob(layer, SigstoreBundle.LARGEST), Artifact.of(image)));
            } catch (LookupException e) {
                broken.add(Finding.of(e));
            } catch (MalformedEvidenceException e) {
                broken.add(new Finding(Step.FORMAT, "a bundle is malformed: " + e.getMessage()));
            }
        }
        return new Gathered(evidence, broken);
    }

    /** Its own subject counts, not the list in which the registry shows it. */
    private static void layers(
            RepositorySession session,
            Digest image,
            Descriptor referrer,
            List<Descriptor> layers,
            List<Finding> broken) {
        try {
            session.referrer(referrer, image).map(Manifest::layers).orElse(List.of()).stream()
                    .filter(layer -> isBundle(layer.mediaType()))
                    .forEach(layers::add);
        } catch (LookupException e) {
            broken.add(Finding.of(e));
        }
    }

    private static boolean mayHoldBundle(Descriptor referrer) {
        return referrer.artifactType()
                .filter(type -> !UNTYPED.contains(type) && !isBundle(type))
                .isEmpty();
    }

    private static boolean isBundle(String mediaType) {
        return mediaType.startsWith(SigstoreBundle.MEDIA_TYPE_PREFIX);
    }
}

package dev.connaisseur.validator.notation;

import dev.connaisseur.http.LookupException;
import dev.connaisseur.image.Digest;
import dev.connaisseur.registry.Descriptor;
import dev.connaisseur.registry.Manifest;
import dev.connaisseur.registry.MediaTypes;
import dev.connaisseur.registry.RepositorySession;
import dev.connaisseur.trust.Hash;
import dev.connaisseur.validator.notation.Finding.Step;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The signatures that a registry attaches to an image. Reads the registry, verifies nothing.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#oci-signatures">OCI
 *     signatures</a>
 */
final class Candidates {
    /** How many signatures of one image are looked at. */
    static final int MOST = 100;

    private static final String SIGNATURE = "application/vnd.cncf.notary.signature";
    private static final String EMPTY_CONFIG = "application/vnd.oci.empty.v1+json";
    private static final String THUMBPRINTS = "io.cncf.notary.x509chain.thumbprint#S256";

    private final RepositorySession session;
    private final Digest image;

    Candidates(RepositorySession session, Digest image) {
        this.session = session;
        this.image = image;
    }

    /**
     * What the registry lists. Those whose list entry names a trusted certificate come first, so that a hundred others before a good
     * one cost nothing; whether the claim is true, the envelope shows.
     *
     * @throws LookupException if there is no list to be had
     */
    List<Descriptor> list(List<TrustStore> stores) {
        List<String> trusted = stores.stream()
                .flatMap(store -> store.certificates().stream())
                .map(Candidates::thumbprint)
                .toList();
        return session.referrers(image, Optional.empty()).stream()
                .filter(found -> found.artifactType().orElse(SIGNATURE).equals(SIGNATURE))
                .sorted(Comparator.comparing(found -> !names(found, trusted)))
                .toList();
    }

    /** One of the listed signatures, or why it is none. */
    Reading read(Descriptor listed) {
        try {
            Optional<Manifest> manifest = session.referrer(listed, image);
            if (manifest.isEmpty()) {
                return Reading.none(
                        Step.NOTHING, listed.digest() + " is listed as a signature, but about another image");
            }
            return isSignature(manifest.get())
                    ? envelope(manifest.get().layers().getFirst())
                    : Reading.none(Step.NOTHING, listed.digest() + " is not the manifest of a signature");
        } catch (LookupException e) {
            return new Reading(Optional.empty(), Finding.of(e));
        } catch (MalformedEnvelopeException e) {
            return Reading.none(Step.FORMAT, String.valueOf(e.getMessage()));
        }
    }

    private Reading envelope(Descriptor layer) {
        return switch (layer.mediaType()) {
            case JwsEnvelope.MEDIA_TYPE -> Reading.of(JwsEnvelope.parse(session.blob(layer, Envelope.LARGEST)));
            case CoseEnvelope.MEDIA_TYPE -> Reading.of(CoseEnvelope.parse(session.blob(layer, Envelope.LARGEST)));
            default -> Reading.none(Step.FORMAT, "the signature's envelope is neither JWS nor COSE");
        };
    }

    /** By artifact type, or by the type of its config where it comes from an older tool. */
    private static boolean isSignature(Manifest manifest) {
        String config = manifest.config().map(Descriptor::mediaType).orElse("");
        boolean typed = manifest.artifactType().isPresent()
                ? manifest.artifactType().get().equals(SIGNATURE) && config.equals(EMPTY_CONFIG)
                : config.equals(SIGNATURE);
        return typed
                && manifest.mediaType().equals(MediaTypes.OCI_MANIFEST)
                && manifest.layers().size() == 1;
    }

    private static boolean names(Descriptor listed, List<String> trusted) {
        String claimed = listed.annotations().getOrDefault(THUMBPRINTS, "").toLowerCase(Locale.ROOT);
        return trusted.stream().anyMatch(claimed::contains);
    }

    private static String thumbprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(Hash.SHA_256.of(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read has no encoding", e);
        }
    }

    /**
     * What became of a listed signature.
     *
     * @param finding why there is no envelope; says nothing if there is one
     */
    record Reading(Optional<Envelope> envelope, Finding finding) {
        static Reading of(Envelope envelope) {
            return new Reading(Optional.of(envelope), new Finding(Step.NOTHING, ""));
        }

        static Reading none(Step step, String text) {
            return new Reading(Optional.empty(), new Finding(step, text));
        }
    }
}

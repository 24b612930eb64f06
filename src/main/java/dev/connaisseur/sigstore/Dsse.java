package dev.connaisseur.sigstore;

import dev.connaisseur.json.Limits;
import java.util.List;
import java.util.Optional;

/**
 * Reads DSSE envelopes. One signature exactly: what two signatures of which one is bad would mean, nobody says.
 *
 * @param signature the envelope's only one
 */
public record Dsse(Content.Envelope content, Bytes signature) {
    /** The most that is read: an SBOM inside may be large. */
    public static final int LARGEST = 8 << 20;

    public static final String MEDIA_TYPE = "application/vnd.dsse.envelope.v1+json";

    private static final Limits LIMITS = new Limits(LARGEST, 20, LARGEST);

    /**
     * Reads an envelope as cosign attaches it.
     *
     * @throws MalformedEvidenceException if it is none
     */
    public static Dsse parse(byte[] json) {
        return of(ProtoJson.parse(json, LIMITS), Optional.of(Bytes.of(json)));
    }

    static Dsse of(ProtoJson envelope, Optional<Bytes> original) {
        List<ProtoJson> signatures = envelope.objects("signatures", 2);
        if (signatures.size() != 1) {
            throw new MalformedEvidenceException("the envelope has not exactly one signature");
        }
        return new Dsse(
                new Content.Envelope(envelope.requiredText("payloadType"), envelope.requiredBytes("payload"), original),
                signatures.getFirst().requiredBytes("sig"));
    }
}

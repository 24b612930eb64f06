package dev.connaisseur.validator.notation;

import dev.connaisseur.trust.CertificateChain;
import dev.connaisseur.trust.UnusableCertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a signature envelope of either format holds. Well formed, but nothing in it is believed yet. Immutable. */
final class Envelope {
    /** Real ones take 2 to 15 KiB, most of it certificates. */
    static final int LARGEST = 256 * 1024;

    private static final int MOST_CERTIFICATES = 10;

    private final SignedAttributes attributes;
    private final EnvelopeAlgorithm algorithm;
    private final List<X509Certificate> chain;
    private final byte[] payload;
    private final byte[] message;
    private final byte[] signature;
    private final byte @Nullable [] timestamp;

    /**
     * Put together by the format's reader.
     *
     * @param message the bytes that the signature is over
     * @param timestamp a DER-encoded RFC 3161 token
     */
    Envelope(
            SignedAttributes attributes,
            EnvelopeAlgorithm algorithm,
            List<X509Certificate> chain,
            byte[] payload,
            byte[] message,
            byte[] signature,
            byte @Nullable [] timestamp) {
        this.attributes = attributes;
        this.algorithm = algorithm;
        this.chain = List.copyOf(chain);
        this.payload = payload.clone();
        this.message = message.clone();
        this.signature = signature.clone();
        this.timestamp = timestamp == null ? null : timestamp.clone();
    }

    /** Reads the certificates of an envelope, in its order. */
    static List<X509Certificate> chain(List<byte[]> ders) {
        if (ders.isEmpty() || ders.size() > MOST_CERTIFICATES) {
            throw new MalformedEnvelopeException(
                    "the envelope holds " + ders.size() + " certificates instead of 1 to " + MOST_CERTIFICATES);
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (byte[] der : ders) {
            try {
                chain.add(CertificateChain.parseDer(der));
            } catch (UnusableCertificateException e) {
                throw new MalformedEnvelopeException("in the envelope, " + e.getMessage(), e);
            }
        }
        return chain;
    }

    SignedAttributes attributes() {
        return attributes;
    }

    EnvelopeAlgorithm algorithm() {
        return algorithm;
    }

    /** The signer's certificate first, the root last, as the envelope orders them. */
    List<X509Certificate> chain() {
        return chain;
    }

    byte[] payload() {
        return payload.clone();
    }

    byte[] message() {
        return message.clone();
    }

    byte[] signature() {
        return signature.clone();
    }

    /** The countersignature, a DER-encoded RFC 3161 token. */
    Optional<byte[]> timestamp() {
        return Optional.ofNullable(timestamp).map(byte[]::clone);
    }
}

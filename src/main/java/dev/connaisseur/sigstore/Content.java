package dev.connaisseur.sigstore;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a signature covers. */
public sealed interface Content {

    /**
     * A document of cosign's older format, signed as it is.
     *
     * @param message the bytes that are parsed are the bytes that were signed
     */
    record Payload(Bytes message) implements Content {}

    /**
     * A DSSE envelope with one signature.
     *
     * @param original the envelope's own bytes, where they are known
     * @see <a href="https://github.com/secure-systems-lab/dsse/blob/master/protocol.md">DSSE</a>
     */
    record Envelope(String payloadType, Bytes payload, Optional<Bytes> original) implements Content {
        /** What is signed: the pre-authentication encoding, which binds the type. */
        Bytes message() {
            ByteArrayOutputStream pae = new ByteArrayOutputStream();
            byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
            String head = "DSSEv1 " + type.length + " " + payloadType + " " + payload.length() + " ";
            pae.writeBytes(head.getBytes(StandardCharsets.UTF_8));
            pae.writeBytes(payload.toArray());
            return Bytes.of(pae.toByteArray());
        }
    }

    /** Any bytes, signed as they are; only their digest may be known. */
    record Blob(Artifact artifact) implements Content {}

    /** The bytes that were signed; empty where only their SHA-256 is known. */
    default Optional<Bytes> signedBytes() {
        return switch (this) {
            case Payload payload -> Optional.of(payload.message());
            case Envelope envelope -> Optional.of(envelope.message());
            case Blob blob -> blob.artifact().content();
        };
    }
}

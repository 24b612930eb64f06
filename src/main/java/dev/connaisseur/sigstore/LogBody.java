package dev.connaisseur.sigstore;

import dev.connaisseur.json.Limits;
import dev.connaisseur.trust.Hash;
import dev.connaisseur.trust.PemBlock;
import dev.connaisseur.trust.UnusableKeyException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What an entry of Rekor says: who signed what. Read from the body that the log proved, never from what stands beside it.
 *
 * @param hash over {@code hashed}
 * @param hashed which bytes the hash is over
 * @param signatures by whom; empty in entries of {@code intoto} 0.0.1, which name no signature
 * @param keys the DER of the signers' certificates or keys
 */
record LogBody(Optional<Hash> hash, Bytes hashValue, Hashed hashed, List<Bytes> signatures, List<Bytes> keys) {
    private static final Limits LIMITS = new Limits(1 << 20, 20, 1 << 20);
    private static final int MOST_SIGNATURES = 100;

    /** What was hashed. */
    enum Hashed {
        /** What was signed. */
        MESSAGE,
        /** The payload of an envelope. */
        PAYLOAD,
        /** The whole envelope as it was uploaded. */
        ENVELOPE
    }

    LogBody {
        signatures = List.copyOf(signatures);
        keys = List.copyOf(keys);
    }

    /**
     * Whether the entry is about this signature over these bytes by the holder of this certificate or key.
     *
     * @param verifiers the DER of what the signer may be named by
     */
    boolean isAbout(Evidence evidence, List<Bytes> verifiers) {
        if (hash.isEmpty() || !hashes(evidence.content())) {
            return false;
        }
        if (signatures.isEmpty()) {
            return keys.size() == 1 && verifiers.contains(keys.getFirst());
        }
        for (int i = 0; i < signatures.size(); i++) {
            if (signatures.get(i).equals(evidence.signature()) && verifiers.contains(keys.get(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean hashes(Content content) {
        Hash function = hash.orElseThrow();
        return switch (hashed) {
            case MESSAGE ->
                (content instanceof Content.Blob blob && function == Hash.SHA_256)
                        ? hashValue.hex().equals(blob.artifact().digest().hex())
                        : content.signedBytes()
                                .filter(bytes -> is(function, bytes))
                                .isPresent();
            case PAYLOAD -> content instanceof Content.Envelope envelope && is(function, envelope.payload());
            case ENVELOPE ->
                content instanceof Content.Envelope envelope
                        && envelope.original()
                                .filter(bytes -> is(function, bytes))
                                .isPresent();
        };
    }

    private boolean is(Hash function, Bytes message) {
        return Bytes.of(function.of(message.toArray())).equals(hashValue);
    }

    /**
     * Reads a body.
     *
     * @throws MalformedEvidenceException if it is of a kind or version that we do not know, or breaks it
     */
    static LogBody parse(Bytes body) {
        ProtoJson root = ProtoJson.parse(body.toArray(), LIMITS);
        ProtoJson spec = root.required("spec");
        String kind = root.requiredText("kind") + " " + root.requiredText("apiVersion");
        try {
            return switch (kind) {
                case "hashedrekord 0.0.1" -> hashedRekord1(spec);
                case "hashedrekord 0.0.2" -> hashedRekord2(spec.required("hashedRekordV002"));
                case "dsse 0.0.1" -> dsse1(spec);
                case "dsse 0.0.2" -> dsse2(spec.required("dsseV002"));
                case "intoto 0.0.1" -> intoto1(spec);
                case "intoto 0.0.2" -> intoto2(spec.required("content"));
                default -> throw new MalformedEvidenceException("the log entry is of a kind that is not known");
            };
        } catch (UnusableKeyException e) {
            throw new MalformedEvidenceException("the log entry's key is malformed", e);
        }
    }

    private static LogBody hashedRekord1(ProtoJson spec) {
        ProtoJson hash = spec.required("data").required("hash");
        ProtoJson signature = spec.required("signature");
        return new LogBody(
                hashNamed(hash),
                hex(hash),
                Hashed.MESSAGE,
                List.of(signature.requiredBytes("content")),
                List.of(pem(signature.required("publicKey").requiredBytes("content"))));
    }

    private static LogBody hashedRekord2(ProtoJson spec) {
        ProtoJson data = spec.required("data");
        ProtoJson signature = spec.required("signature");
        return new LogBody(
                protoHash(data),
                data.requiredBytes("digest"),
                Hashed.MESSAGE,
                List.of(signature.requiredBytes("content")),
                List.of(verifier(signature.required("verifier"))));
    }

    private static LogBody dsse1(ProtoJson spec) {
        ProtoJson hash = spec.required("payloadHash");
        List<Bytes> signatures = new ArrayList<>();
        List<Bytes> keys = new ArrayList<>();
        for (ProtoJson signature : spec.objects("signatures", MOST_SIGNATURES)) {
            signatures.add(signature.requiredBytes("signature"));
            keys.add(pem(signature.requiredBytes("verifier")));
        }
        return signed(hashNamed(hash), hex(hash), signatures, keys);
    }

    private static LogBody dsse2(ProtoJson spec) {
        ProtoJson hash = spec.required("payloadHash");
        List<Bytes> signatures = new ArrayList<>();
        List<Bytes> keys = new ArrayList<>();
        for (ProtoJson signature : spec.objects("signatures", MOST_SIGNATURES)) {
            signatures.add(signature.requiredBytes("content"));
            keys.add(verifier(signature.required("verifier")));
        }
        return signed(protoHash(hash), hash.requiredBytes("digest"), signatures, keys);
    }

    private static LogBody intoto1(ProtoJson spec) {
        ProtoJson hash = spec.required("content").required("hash");
        return new LogBody(
                hashNamed(hash), hex(hash), Hashed.ENVELOPE, List.of(), List.of(pem(spec.requiredBytes("publicKey"))));
    }

    private static LogBody intoto2(ProtoJson content) {
        ProtoJson hash = content.required("payloadHash");
        List<Bytes> signatures = new ArrayList<>();
        List<Bytes> keys = new ArrayList<>();
        for (ProtoJson signature : content.required("envelope").objects("signatures", MOST_SIGNATURES)) {
            // The signature is the base64 text of the envelope, in base64 once more.
            String text = new String(signature.requiredBytes("sig").toArray(), StandardCharsets.US_ASCII);
            signatures.add(Bytes.ofBase64(text).orElseThrow(() -> signature.wrong("sig", "canonical base64")));
            keys.add(pem(signature.requiredBytes("publicKey")));
        }
        return signed(hashNamed(hash), hex(hash), signatures, keys);
    }

    private static LogBody signed(Optional<Hash> hash, Bytes value, List<Bytes> signatures, List<Bytes> keys) {
        if (signatures.isEmpty()) {
            throw new MalformedEvidenceException("the log entry names no signature");
        }
        return new LogBody(hash, value, Hashed.PAYLOAD, signatures, keys);
    }

    private static Optional<Hash> hashNamed(ProtoJson hash) {
        return switch (hash.requiredText("algorithm")) {
            case "sha256" -> Optional.of(Hash.SHA_256);
            case "sha384" -> Optional.of(Hash.SHA_384);
            case "sha512" -> Optional.of(Hash.SHA_512);
            default -> Optional.empty();
        };
    }

    static Optional<Hash> protoHash(ProtoJson hash) {
        return switch (hash.requiredText("algorithm")) {
            case "SHA2_256" -> Optional.of(Hash.SHA_256);
            case "SHA2_384" -> Optional.of(Hash.SHA_384);
            case "SHA2_512" -> Optional.of(Hash.SHA_512);
            default -> Optional.empty();
        };
    }

    private static Bytes hex(ProtoJson hash) {
        String value = hash.requiredText("value");
        if (!value.matches("([0-9a-f]{2}){1,64}")) {
            throw hash.wrong("value", "a hash in lower-case hex");
        }
        return Bytes.of(HexFormat.of().parseHex(value));
    }

    private static Bytes verifier(ProtoJson verifier) {
        return verifier.object("x509Certificate")
                .or(() -> verifier.object("publicKey"))
                .orElseThrow(() -> verifier.wrong("x509Certificate", "there"))
                .requiredBytes("rawBytes");
    }

    private static Bytes pem(Bytes text) {
        List<PemBlock> blocks = PemBlock.all(new String(text.toArray(), StandardCharsets.US_ASCII));
        return Bytes.of(blocks.getFirst().der());
    }
}

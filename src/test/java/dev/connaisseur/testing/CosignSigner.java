package dev.connaisseur.testing;

import dev.connaisseur.image.Digest;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** Signs images of an {@link EmbeddedRegistry} as cosign does with a P-256 key and without a log: a layer of {@code sha256-HEX.sig}. */
public final class CosignSigner {
    public static final String PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json";
    public static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    private final KeyPair keys;
    private final String algorithm;

    private CosignSigner(KeyPair keys, String algorithm) {
        this.keys = keys;
        this.algorithm = algorithm;
    }

    /** A signer with a new key. */
    public static CosignSigner create() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return of(generator.generateKeyPair(), "SHA256withECDSA");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A signer with a key of any kind, that signs with this algorithm, by its name in Java. */
    public static CosignSigner of(KeyPair keys, String algorithm) {
        return new CosignSigner(keys, algorithm);
    }

    public PublicKey key() {
        return keys.getPublic();
    }

    /** The public key as PEM: what a trust root's {@code key} holds. */
    public String publicKey() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** Signs the image and adds the signature to those that are there. */
    public void sign(EmbeddedRegistry registry, String repository, Digest image) {
        attach(registry, repository, image, payload(registry.host() + "/" + repository, image));
    }

    /** Signs any payload and attaches it to an image: the material of twins. */
    public void attach(EmbeddedRegistry registry, String repository, Digest image, byte[] payload) {
        String tag = tag(image);
        JsonArrayBuilder layers = Json.createArrayBuilder();
        registry.tagged(repository, tag)
                .map(registry::bytes)
                .map(CosignSigner::read)
                .ifPresent(manifest -> manifest.getJsonArray("layers").forEach((JsonValue layer) -> layers.add(layer)));
        layers.add(TestImage.descriptor(registry, PAYLOAD, payload)
                .add("annotations", Json.createObjectBuilder().add(SIGNATURE, signature(payload))));
        TestImage.pushManifest(registry, repository, tag, layers.build());
    }

    /** Makes a statement about an image, as cosign attaches it: the only layer of {@code sha256-HEX.att}. */
    public void attest(
            EmbeddedRegistry registry, String repository, Digest image, String predicateType, JsonObject predicate) {
        byte[] statement = Json.createObjectBuilder()
                .add("_type", "https://in-toto.io/Statement/v0.1")
                .add("predicateType", predicateType)
                .add(
                        "subject",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("name", repository)
                                        .add(
                                                "digest",
                                                Json.createObjectBuilder().add("sha256", image.hex()))))
                .add("predicate", predicate)
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        attachEnvelope(registry, repository, image, envelope("application/vnd.in-toto+json", statement));
    }

    /** A DSSE envelope over a payload, signed over its pre-authentication encoding. */
    public JsonObject envelope(String payloadType, byte[] payload) {
        byte[] head = ("DSSEv1 " + payloadType.length() + " " + payloadType + " " + payload.length + " ")
                .getBytes(StandardCharsets.UTF_8);
        byte[] message = ByteBuffer.allocate(head.length + payload.length)
                .put(head)
                .put(payload)
                .array();
        return Json.createObjectBuilder()
                .add("payloadType", payloadType)
                .add("payload", Base64.getEncoder().encodeToString(payload))
                .add(
                        "signatures",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder().add("keyid", "").add("sig", signature(message))))
                .build();
    }

    /** Attaches an envelope, whatever it is, as the only layer of {@code sha256-HEX.att}. */
    public static void attachEnvelope(EmbeddedRegistry registry, String repository, Digest image, JsonObject envelope) {
        JsonArrayBuilder layers = Json.createArrayBuilder()
                .add(TestImage.descriptor(
                                registry,
                                "application/vnd.dsse.envelope.v1+json",
                                envelope.toString().getBytes(StandardCharsets.UTF_8))
                        .add("annotations", Json.createObjectBuilder().add(SIGNATURE, "")));
        TestImage.pushManifest(registry, repository, "sha256-" + image.hex() + ".att", layers.build());
    }

    /** The payload that says: this repository, this digest. */
    public static byte[] payload(String reference, Digest image) {
        return Json.createObjectBuilder()
                .add(
                        "critical",
                        Json.createObjectBuilder()
                                .add("identity", Json.createObjectBuilder().add("docker-reference", reference))
                                .add(
                                        "image",
                                        Json.createObjectBuilder().add("docker-manifest-digest", image.toString()))
                                .add("type", "cosign container image signature"))
                .add("optional", JsonValue.NULL)
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The tag under which cosign keeps the signatures of an image. */
    public static String tag(Digest image) {
        return "sha256-" + image.hex() + ".sig";
    }

    /** The signature over a payload, base64. */
    public String signature(byte[] payload) {
        return signature(payload, algorithm);
    }

    /** The same under another algorithm, by its name in Java. */
    public String signature(byte[] payload, String algorithm) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(keys.getPrivate());
            signature.update(payload);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonObject read(byte[] manifest) {
        try (var reader = Json.createReader(new ByteArrayInputStream(manifest))) {
            return reader.readObject();
        }
    }
}

package dev.connaisseur.testing;

import dev.connaisseur.image.Digest;
import dev.connaisseur.trust.Hash;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A sigstore deployment of a test's own: an authority, a log of certificates, a log of signatures. What it makes has the formats of
 * the real ones, and any part of it can be left out or made wrong, which the real ones would refuse to do.
 */
public final class TestSigstore {
    private static final String SCT = "1.3.6.1.4.1.11129.2.4.2";
    private static final String FULCIO = "1.3.6.1.4.1.57264.1.";
    private static final AtomicInteger SERIALS = new AtomicInteger();

    private final KeyPair ca = newKey();
    private final KeyPair certificateLog = newKey();
    private final KeyPair log = newKey();
    private final Instant now;
    private final X509Certificate root;

    private TestSigstore(Instant now) {
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
        this.root = authority();
    }

    /** A deployment that began a year ago. */
    public static TestSigstore create(Instant now) {
        return new TestSigstore(now);
    }

    /** The same as of now. */
    public static TestSigstore create() {
        return create(Instant.now());
    }

    /** A signer's key with its certificate. */
    public record Signer(KeyPair keys, X509Certificate certificate) {
        /** The signature over a message, DER. */
        public byte[] sign(byte[] message) {
            return signature(keys.getPrivate(), message);
        }
    }

    public Instant now() {
        return now;
    }

    public X509Certificate root() {
        return root;
    }

    /** The root with its key, to issue what a test makes itself. */
    public Signer authoritySigner() {
        return new Signer(ca, root);
    }

    public String rootPem() {
        return pem("CERTIFICATE", encoded(root));
    }

    public String logPem() {
        return pem("PUBLIC KEY", log.getPublic().getEncoded());
    }

    public String certificateLogPem() {
        return pem("PUBLIC KEY", certificateLog.getPublic().getEncoded());
    }

    /** The {@code trusted_root.json} of this deployment. */
    public String trustedRoot() {
        return Json.createObjectBuilder()
                .add("mediaType", "application/vnd.dev.sigstore.trustedroot+json;version=0.1")
                .add("tlogs", Json.createArrayBuilder().add(log(log)))
                .add(
                        "certificateAuthorities",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add(
                                                "certChain",
                                                Json.createObjectBuilder()
                                                        .add(
                                                                "certificates",
                                                                Json.createArrayBuilder()
                                                                        .add(Json.createObjectBuilder()
                                                                                .add(
                                                                                        "rawBytes",
                                                                                        base64(encoded(root))))))
                                        .add("validFor", since())))
                .add("ctlogs", Json.createArrayBuilder().add(log(certificateLog)))
                .build()
                .toString();
    }

    /** A certificate like Fulcio's for a new key, valid around now. */
    public FulcioLeaf leaf(GeneralName name, String issuer) {
        return FulcioLeaf.of(name, issuer, now.minus(Duration.ofMinutes(5)));
    }

    /** Issues what is asked for, whatever it is. */
    public Signer issue(FulcioLeaf leaf) {
        return issue(leaf, certificateLog);
    }

    /** The same, promised by a log that nobody knows. */
    public Signer issuePromisedByAStranger(FulcioLeaf leaf) {
        return issue(leaf, newKey());
    }

    /** The same, with the promise about another certificate. */
    public Signer issuePromisedForAnother(FulcioLeaf leaf) {
        return issue(leaf, certificateLog, new Signer(ca, root), new byte[] {1});
    }

    /** Issued by the holder of another certificate. */
    public Signer issueBy(Signer issuer, FulcioLeaf leaf) {
        return issue(leaf, certificateLog, issuer, new byte[0]);
    }

    private Signer issue(FulcioLeaf leaf, KeyPair promising) {
        return issue(leaf, promising, new Signer(ca, root), new byte[0]);
    }

    private Signer issue(FulcioLeaf leaf, KeyPair promising, Signer issuer, byte[] misheard) {
        try {
            KeyPair keys = newKey();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    X500Name.getInstance(
                            issuer.certificate().getSubjectX500Principal().getEncoded()),
                    new BigInteger(120, new SecureRandom()).add(BigInteger.ONE),
                    Date.from(leaf.begin()),
                    Date.from(leaf.begin().plus(leaf.life())),
                    new X500Name("CN=signer " + SERIALS.incrementAndGet()),
                    keys.getPublic());
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(
                            leaf.authority()
                                    ? KeyUsage.digitalSignature | KeyUsage.keyCertSign
                                    : KeyUsage.digitalSignature));
            identify(builder, keys, issuer.keys());
            if (!leaf.purposes().isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(leaf.purposes().toArray(KeyPurposeId[]::new)));
            }
            if (leaf.authority()) {
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            }
            if (!leaf.names().isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        true,
                        new GeneralNames(leaf.names().toArray(GeneralName[]::new)));
            }
            for (Map.Entry<String, byte[]> extension : leaf.extensions()) {
                builder.addExtension(
                        new ASN1ObjectIdentifier(FULCIO + extension.getKey()), false, extension.getValue());
            }
            if (leaf.promised()) {
                byte[] before = signed(builder, issuer.keys().getPrivate()).getTBSCertificate();
                before[before.length - 1] ^= misheard.length == 0 ? 0 : misheard[0];
                builder.addExtension(
                        new ASN1ObjectIdentifier(SCT),
                        false,
                        new DEROctetString(promise(before, leaf.begin(), promising, issuer)));
            }
            return new Signer(keys, signed(builder, issuer.keys().getPrivate()));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What cosign's older format keeps beside the signature of a payload: certificate, chain and the log's entry. */
    public Map<String, String> annotations(Signer signer, byte[] payload, Instant at) {
        byte[] signature = signer.sign(payload);
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put("dev.cosignproject.cosign/signature", base64(signature));
        annotations.put("dev.sigstore.cosign/certificate", pem("CERTIFICATE", encoded(signer.certificate())));
        annotations.put("dev.sigstore.cosign/chain", rootPem());
        annotations.put(
                "dev.sigstore.cosign/bundle",
                bundle(hashedRekord(payload, signature, pem("CERTIFICATE", encoded(signer.certificate()))), at)
                        .toString());
        return annotations;
    }

    /** Signs an image of a registry as cosign does without a key, and adds the signature to those that are there. */
    public void sign(Signer signer, EmbeddedRegistry registry, String repository, Digest image) {
        byte[] payload = CosignSigner.payload(registry.host() + "/" + repository, image);
        attach(registry, repository, image, payload, annotations(signer, payload, now));
    }

    /** Adds a layer with these annotations to the signatures of an image. */
    public static void attach(
            EmbeddedRegistry registry,
            String repository,
            Digest image,
            byte[] payload,
            Map<String, String> annotations) {
        String tag = CosignSigner.tag(image);
        JsonArrayBuilder layers = Json.createArrayBuilder();
        registry.tagged(repository, tag)
                .map(registry::bytes)
                .map(TestSigstore::read)
                .ifPresent(manifest -> manifest.getJsonArray("layers").forEach((JsonValue layer) -> layers.add(layer)));
        JsonObjectBuilder texts = Json.createObjectBuilder();
        annotations.forEach(texts::add);
        layers.add(TestImage.descriptor(registry, CosignSigner.PAYLOAD, payload).add("annotations", texts));
        TestImage.pushManifest(registry, repository, tag, layers.build());
    }

    /** The body of an entry as Rekor stores it. */
    public static JsonObject hashedRekord(byte[] payload, byte[] signature, String verifierPem) {
        return Json.createObjectBuilder()
                .add("apiVersion", "0.0.1")
                .add("kind", "hashedrekord")
                .add(
                        "spec",
                        Json.createObjectBuilder()
                                .add(
                                        "data",
                                        Json.createObjectBuilder()
                                                .add(
                                                        "hash",
                                                        Json.createObjectBuilder()
                                                                .add("algorithm", "sha256")
                                                                .add(
                                                                        "value",
                                                                        HexFormat.of()
                                                                                .formatHex(Hash.SHA_256.of(payload)))))
                                .add(
                                        "signature",
                                        Json.createObjectBuilder()
                                                .add("content", base64(signature))
                                                .add(
                                                        "publicKey",
                                                        Json.createObjectBuilder()
                                                                .add(
                                                                        "content",
                                                                        base64(verifierPem.getBytes(
                                                                                StandardCharsets.US_ASCII))))))
                .build();
    }

    /** The same for a signature with its certificate as annotations. */
    public static JsonObject hashedRekord(byte[] payload, Map<String, String> annotations) {
        return hashedRekord(
                payload,
                Base64.getDecoder().decode(Objects.requireNonNull(annotations.get(CosignSigner.SIGNATURE))),
                Objects.requireNonNull(annotations.get("dev.sigstore.cosign/certificate")));
    }

    /** An entry with the log's promise, as cosign keeps it. */
    public JsonObject bundle(JsonObject body, Instant at) {
        JsonObject payload = payload(body, at);
        return Json.createObjectBuilder()
                .add("SignedEntryTimestamp", base64(promise(payload)))
                .add("Payload", payload)
                .build();
    }

    /** An entry as Rekor's API answers it: under its identifier, with the promise and the proof in a tree of one leaf. */
    public JsonObject answered(JsonObject body, Instant at) {
        JsonObject payload = payload(body, at);
        byte[] leaf = leafHash(body.toString().getBytes(StandardCharsets.UTF_8));
        return Json.createObjectBuilder()
                .add(
                        HexFormat.of().formatHex(leaf),
                        Json.createObjectBuilder(payload)
                                .add(
                                        "verification",
                                        Json.createObjectBuilder()
                                                .add("signedEntryTimestamp", base64(promise(payload)))
                                                .add(
                                                        "inclusionProof",
                                                        Json.createObjectBuilder()
                                                                .add("logIndex", 0)
                                                                .add("treeSize", 1)
                                                                .add(
                                                                        "rootHash",
                                                                        HexFormat.of()
                                                                                .formatHex(leaf))
                                                                .add("hashes", Json.createArrayBuilder())
                                                                .add("checkpoint", checkpoint(leaf)))))
                .build();
    }

    private JsonObject payload(JsonObject body, Instant at) {
        // Sorted names: these very bytes are what the log promises.
        return Json.createObjectBuilder()
                .add("body", base64(body.toString().getBytes(StandardCharsets.UTF_8)))
                .add("integratedTime", at.getEpochSecond())
                .add("logID", HexFormat.of().formatHex(id(log)))
                .add("logIndex", 7)
                .build();
    }

    private byte[] promise(JsonObject payload) {
        return signature(log.getPrivate(), payload.toString().getBytes(StandardCharsets.UTF_8));
    }

    private String checkpoint(byte[] rootHash) {
        String text = "test log - 1\n1\n" + base64(rootHash) + "\n";
        byte[] signed = signature(log.getPrivate(), text.getBytes(StandardCharsets.UTF_8));
        byte[] line = ByteBuffer.allocate(4 + signed.length)
                .put(id(log), 0, 4)
                .put(signed)
                .array();
        return text + "\n\u2014 test " + base64(line) + "\n";
    }

    private static byte[] promise(byte[] preCertificate, Instant at, KeyPair promising, Signer issuer) {
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        byte[] time = ByteBuffer.allocate(8).putLong(at.toEpochMilli()).array();
        signed.writeBytes(new byte[] {0, 0});
        signed.writeBytes(time);
        signed.writeBytes(new byte[] {0, 1});
        signed.writeBytes(Hash.SHA_256.of(issuer.keys().getPublic().getEncoded()));
        int length = preCertificate.length;
        signed.writeBytes(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length});
        signed.writeBytes(preCertificate);
        signed.writeBytes(new byte[] {0, 0});
        byte[] signature = signature(promising.getPrivate(), signed.toByteArray());
        ByteBuffer one = ByteBuffer.allocate(1 + 32 + 8 + 2 + 2 + 2 + signature.length)
                .put((byte) 0)
                .put(id(promising))
                .put(time)
                .putShort((short) 0)
                .put(new byte[] {4, 3})
                .putShort((short) signature.length)
                .put(signature);
        return ByteBuffer.allocate(4 + one.capacity())
                .putShort((short) (2 + one.capacity()))
                .putShort((short) one.capacity())
                .put(one.array())
                .array();
    }

    private X509Certificate authority() {
        try {
            X500Name name = new X500Name("O=test sigstore,CN=root");
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.TWO,
                    Date.from(now.minus(Duration.ofDays(365))),
                    Date.from(now.plus(Duration.ofDays(365))),
                    name,
                    ca.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(2));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            identify(builder, ca, ca);
            return signed(builder, ca.getPrivate());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whose certificate it is, and who signs it, as all of Fulcio's say. */
    static void identify(JcaX509v3CertificateBuilder builder, KeyPair own, KeyPair issuer)
            throws GeneralSecurityException, CertIOException {
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(own.getPublic()));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuer.getPublic()));
    }

    private JsonObjectBuilder log(KeyPair keys) {
        return Json.createObjectBuilder()
                .add("baseUrl", "https://log.example")
                .add("hashAlgorithm", "SHA2_256")
                .add(
                        "publicKey",
                        Json.createObjectBuilder()
                                .add("rawBytes", base64(keys.getPublic().getEncoded()))
                                .add("keyDetails", "PKIX_ECDSA_P256_SHA_256")
                                .add("validFor", since()))
                .add("logId", Json.createObjectBuilder().add("keyId", base64(id(keys))));
    }

    private JsonObjectBuilder since() {
        return Json.createObjectBuilder()
                .add("start", now.minus(Duration.ofDays(365)).toString());
    }

    private static byte[] id(KeyPair keys) {
        return Hash.SHA_256.of(keys.getPublic().getEncoded());
    }

    private static byte[] leafHash(byte[] body) {
        return Hash.SHA_256.of(
                ByteBuffer.allocate(1 + body.length).put((byte) 0).put(body).array());
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    private static byte[] signature(PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static JsonObject read(byte[] json) {
        try (var reader = Json.createReader(new ByteArrayInputStream(json))) {
            return reader.readObject();
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.connaisseur.benchmark;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryRepository;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.NotationSigner.Part;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.TestTimestamps;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Map;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * Images with a signature of each kind that is accepted, and the configuration that demands it: from the vectors what real sigstore
 * signed, all else by fresh keys. A kind's image is {@code KIND/app:v1}.
 */
final class Estate {
    static final Path KEYLESS = Path.of("src/test/resources/keyless").toAbsolutePath();

    private static final Map<String, String> RECORDED = Map.of(
            "cosign-key-log", "key-rekor",
            "keyless-sig", "kl-alice",
            "keyless-bundle", "nb-alice",
            "keyless-bundle-log2", "nb-rekorv2",
            "keyless-sig-tsa", "kl-tsa");
    private static final Map<String, String> CURVES =
            Map.of("ecdsa-p256", "secp256r1", "ecdsa-p384", "secp384r1", "ecdsa-p521", "secp521r1");

    private final EmbeddedRegistry registry;
    private final NotaryFixture notary;
    private final StringBuilder validators =
            new StringBuilder("validators:\n- {name: static, type: static, approve: true}\n");
    private final StringBuilder policy = new StringBuilder("policy:\n");

    private Estate(EmbeddedRegistry registry, NotaryFixture notary) {
        this.registry = registry;
        this.notary = notary;
    }

    /** Signs everything. */
    static String configuration(EmbeddedRegistry registry, NotaryFixture notary)
            throws IOException, GeneralSecurityException {
        Estate estate = new Estate(registry, notary);
        estate.rule("static", "{}");
        estate.cosignKeys();
        estate.keyless();
        estate.notary();
        estate.notation();
        return estate.validators.toString() + estate.policy;
    }

    private void cosignKeys() throws GeneralSecurityException {
        for (Map.Entry<String, String> curve : CURVES.entrySet()) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve.getValue()));
            String hash =
                    curve.getKey().endsWith("p256") ? "256" : curve.getKey().endsWith("p384") ? "384" : "512";
            cosign("cosign-" + curve.getKey(), generator.generateKeyPair(), "SHA" + hash + "withECDSA");
        }
        for (int bits : new int[] {2048, 3072, 4096}) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            cosign("cosign-rsa-" + bits, generator.generateKeyPair(), "SHA256withRSA");
        }
        cosign("cosign-ed25519", KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), "Ed25519");
    }

    private void cosign(String kind, KeyPair keys, String algorithm) {
        CosignSigner signer = CosignSigner.of(keys, algorithm);
        signer.sign(registry, kind + "/app", push(kind));
        validator(kind, "cosign", "key: " + quoted(signer.publicKey()), "trustedRootFile: " + trusted());
        rule(kind, "{verifyInTransparencyLog: false}");
    }

    /** What was recorded stays in its repository. */
    private void keyless() throws IOException {
        String identity = "keyless: {issuer: 'http://127.0.0.1:18901', subject: alice@example.org}";
        String key = "key: " + quoted(Files.readString(KEYLESS.resolve("keys/key-a.pub")));
        for (Map.Entry<String, String> recorded : RECORDED.entrySet()) {
            String kind = recorded.getKey();
            validator(kind, "cosign", kind.contains("key-log") ? key : identity, "trustedRootFile: " + trusted());
            policy.append("- {pattern: \"%s/keyless/%s:*\", validator: %s, with: {verifyInTransparencyLog: %s}}%n"
                    .formatted(registry.host(), recorded.getValue(), kind, !kind.endsWith("tsa")));
        }
    }

    private void notary() {
        Map<String, NotaryKey> keys = Map.of(
                "ecdsa-p256", NotaryKey.ecdsa(),
                "ecdsa-p384", NotaryKey.ecdsa("secp384r1"),
                "ecdsa-p521", NotaryKey.ecdsa("secp521r1"),
                "pycrypto-pss", NotaryKey.rsa("pycrypto-pkcs#1 pss"),
                "ecdsa-x509", NotaryKey.ecdsaX509(),
                "ed25519", NotaryKey.ed25519(),
                "rsapss", NotaryKey.rsa("rsapss"),
                "rsapkcs1v15", NotaryKey.rsa("rsapkcs1v15"),
                "rsa-x509", NotaryKey.rsaX509());
        keys.forEach((name, key) -> {
            String kind = "notaryv1-" + name;
            // An Ed25519 key cannot be pinned.
            NotaryKey root = name.equals("ed25519") ? NotaryKey.ecdsa() : key;
            NotaryRepository repository = NotaryRepository.create()
                    .keys("root", root)
                    .keys("targets", key)
                    .keys("snapshot", key)
                    .keys("timestamp", key)
                    .target("v1", push(kind));
            notary.put(registry.host() + "/" + kind + "/app", repository.publish());
            validator(kind, "notaryv1", "key: " + quoted(root.pem()), "host: " + notary.base());
            rule(kind, "{}");
        });
    }

    private void notation() {
        Certificate leaf = Certificate.leaf("C=DE,ST=BE,O=acme,CN=signer");
        Map<String, Certificate> keys = Map.of(
                "es256", leaf,
                "es384", leaf.ec("secp384r1"),
                "es512", leaf.ec("secp521r1"),
                "ps256", leaf.rsa(2048),
                "ps384", leaf.rsa(3072),
                "ps512", leaf.rsa(4096));
        keys.forEach((algorithm, certificate) -> {
            NotationSigner signer = NotationSigner.of(
                    Certificate.root("CN=root"), Certificate.authority("CN=intermediate"), certificate);
            notation("notation-jws-" + algorithm, signer, "");
            notation("notation-cose-" + algorithm, signer, "");
        });
        NotationSigner authority = NotationSigner.of(
                Certificate.root("CN=times"),
                Certificate.of(
                        "CN=clock",
                        Part.keyUsage(true, org.bouncycastle.asn1.x509.KeyUsage.digitalSignature),
                        Part.of(
                                Extension.extendedKeyUsage,
                                true,
                                new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping))));
        NotationSigner signer = NotationSigner.create("C=DE,ST=BE,O=acme,CN=signer");
        stamped("notation-jws-es256-tsa", signer, authority);
        stamped("notation-cose-es256-tsa", signer, authority);
    }

    private void notation(String kind, NotationSigner signer, String more) {
        Digest image = push(kind);
        String payload = payload(image);
        attach(
                kind,
                image,
                kind.contains("cose")
                        ? signer.cose(payload)
                        : bytes(signer.jws(signer.header().build(), payload)));
        validator(kind, "notation", "cert: " + quoted(signer.rootPem()) + more, "");
        rule(kind, "{}");
    }

    private void stamped(String kind, NotationSigner signer, NotationSigner authority) {
        Digest image = push(kind);
        String payload = payload(image);
        if (kind.contains("cose")) {
            attach(kind, image, signer.cose(payload, signature -> token(authority, signature)));
        } else {
            JsonObject jws = signer.jws(signer.header().build(), payload);
            byte[] token = token(authority, Base64.getUrlDecoder().decode(jws.getString("signature")));
            attach(
                    kind,
                    image,
                    bytes(Json.createObjectBuilder(jws)
                            .add(
                                    "header",
                                    Json.createObjectBuilder(jws.getJsonObject("header"))
                                            .add(
                                                    "io.cncf.notary.timestampSignature",
                                                    Base64.getEncoder().encodeToString(token)))
                            .build()));
        }
        validator(
                kind, "notation", "cert: " + quoted(signer.rootPem()) + ", tsCert: " + quoted(authority.rootPem()), "");
        rule(kind, "{verifyTimestamp: always}");
    }

    private static byte[] token(NotationSigner authority, byte[] signature) {
        return TestTimestamps.token(authority, signature, NotationSigner.NOW.minusSeconds(3_600));
    }

    private String payload(Digest image) {
        return NotationSigner.payload(TestImage.MANIFEST, image, registry.bytes(image).length);
    }

    private void attach(String kind, Digest image, byte[] envelope) {
        String type = kind.contains("cose") ? "application/cose" : "application/jose+json";
        NotationSigner.attach(registry, kind + "/app", image, image, type, envelope);
    }

    private Digest push(String kind) {
        return TestImage.push(registry, kind + "/app", "v1", kind);
    }

    private void validator(String name, String type, String trustRoot, String more) {
        validators.append("- name: %s%n  type: %s%n".formatted(name, type));
        if (!more.isEmpty()) {
            validators.append("  ").append(more).append('\n');
        }
        validators.append("  trustRoots: [{name: default, ").append(trustRoot).append("}]\n");
    }

    private void rule(String kind, String options) {
        policy.append("- {pattern: \"%s/%s/*:*\", validator: %s, with: %s}%n"
                .formatted(registry.host(), kind, kind, options));
    }

    /** Where a kind's image is, without the registry. */
    static String image(String kind) {
        return RECORDED.containsKey(kind) ? "keyless/" + RECORDED.get(kind) + ":v1" : kind + "/app:v1";
    }

    private static String trusted() {
        return KEYLESS.resolve("trusted_root.json").toString();
    }

    private static byte[] bytes(JsonObject json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String pem) {
        return "\"" + pem.replace("\n", "\\n") + "\"";
    }
}

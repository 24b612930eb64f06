package dev.connaisseur.integration;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryRepository;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.NotationSigner.Part;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.TestTimestamps;
import dev.connaisseur.testing.Zoo;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * The published test images' twins: signed freshly with keys of this run, or taken from the zoo and the keyless collection where a
 * real tool must have signed them. Every section of the acceptance cases has a repository of its own.
 */
final class AcceptanceTwins implements AutoCloseable {
    static final Digest SIGNED = new Digest("fe542477b92fb84c38eda9c824f6566d5c2536ef30af9c47152fa8a5fadb58dd");
    static final Path KEYLESS = Path.of("src/test/resources/keyless");

    private static final String IMAGE = "securesystemsengineering/testimage";
    private static final Instant BEGIN = Instant.parse("2025-01-24T00:00:00Z");
    private static final Instant END = Instant.parse("2124-12-31T00:00:00Z");
    private static final Instant STAMPED = Instant.parse("2026-01-31T13:45:01Z");
    private static final Digest OTHER = new Digest("1234567890123456123456789012345612345678901234561234567890123456");

    final EmbeddedRegistry registry = EmbeddedRegistry.open();
    final NotaryFixture notary = NotaryFixture.open();
    final TestAuthority authority = TestAuthority.create("notary");
    final NotaryFixture ownNotary = NotaryFixture.open(authority.server(), RegistryAuth.none());
    final NotaryKey notaryRoot = NotaryKey.ecdsaX509();
    final NotaryKey ownRoot = NotaryKey.ecdsaX509();
    final CosignSigner cosign = CosignSigner.create();
    final CosignSigner alice = CosignSigner.create();
    final CosignSigner bob = CosignSigner.create();
    final CosignSigner charlie = CosignSigner.create();
    final NotationSigner notation = signer("CN=securesystems.de,O=SSE,ST=Berlin,C=DE");
    final NotationSigner stranger = signer("CN=elsewhere,O=Other,ST=Berlin,C=DE");
    final NotationSigner timestamps = NotationSigner.of(
            Certificate.root("CN=timestamp root").valid(BEGIN, END),
            Certificate.of(
                            "CN=timestamps",
                            Part.keyUsage(true, KeyUsage.digitalSignature),
                            Part.of(
                                    Extension.extendedKeyUsage,
                                    true,
                                    new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping)))
                    .valid(BEGIN, END));

    AcceptanceTwins() {
        registry.load(Zoo.REGISTRY);
        registry.load(KEYLESS.resolve("registry"));
        for (String section : List.of("regular", "cosign", "deployment")) {
            cosigned(repository(section));
        }
        multisigned(repository("cosign"));
        keyless(repository("cosign"));
        for (String section : List.of("regular", "notation")) {
            notation(repository(section));
        }
        for (String section :
                List.of("regular", "deployment", "workload", "load", "complexity", "self-hosted-notary")) {
            notary.put(base(section), signedTags().publish());
        }
        notary.put(base("notaryv1"), delegated().publish());
        notary.put(
                registry.host() + "/notaryv1/library/redis",
                NotaryRepository.create().target("latest", SIGNED).publish());
        notary.put(
                "docker.io/securesystemsengineering/alice-image",
                NotaryRepository.create()
                        .keys("root", notaryRoot)
                        .target("test", OTHER)
                        .publish());
        ownNotary.put(
                base("self-hosted-notary"),
                NotaryRepository.create()
                        .keys("root", ownRoot)
                        .target("self-hosted-notary-signed", SIGNED)
                        .publish());
    }

    private static NotationSigner signer(String subject) {
        return NotationSigner.of(
                Certificate.root("CN=root of " + subject.hashCode()).valid(BEGIN, END),
                Certificate.leaf(subject).valid(BEGIN, END));
    }

    static String repository(String section) {
        return section + "/" + IMAGE;
    }

    /** What stands for {@code securesystemsengineering/testimage} in a section. */
    String base(String section) {
        return registry.host() + "/" + repository(section);
    }

    // ---- notary v1 ----

    private NotaryRepository signedTags() {
        NotaryRepository repository =
                NotaryRepository.create().keys("root", notaryRoot).target("signed", SIGNED);
        for (int i = 2; i <= 10; i++) {
            repository.target("signed" + i, SIGNED);
        }
        return repository;
    }

    private NotaryRepository delegated() {
        return NotaryRepository.create()
                .keys("root", notaryRoot)
                .delegation("targets/releases", NotaryKey.ecdsa())
                .delegation("targets/starkteetje", NotaryKey.ecdsa())
                .delegation("targets/belitzphilipp", NotaryKey.ecdsa())
                .target("targets/releases", "signed", SIGNED)
                .target("targets/starkteetje", "special_sig", SIGNED)
                .target("targets/starkteetje", "wrong_signer", SIGNED)
                .target("targets/starkteetje", "double_sig", SIGNED)
                .target("targets/belitzphilipp", "double_sig", OTHER);
    }

    // ---- cosign ----

    private void cosigned(String repository) {
        push(repository, "co-unsigned");
        push(repository, "co-signed", cosign);
        push(repository, "co-signed-alt", alice);
    }

    private void multisigned(String repository) {
        push(repository, "multi-cosigned-alice", alice);
        push(repository, "multi-cosigned-alice-bob-charlie", alice, bob, charlie);
        push(repository, "multi-cosigned-bob", bob);
        push(repository, "multi-cosigned-bob-charlie", bob, charlie);
        push(repository, "multi-cosigned-charlie", charlie);
        push(repository, "multi-cosigned-charlie-alice", charlie, alice);
        copy("zoo/cosign-rsa", repository, "rsa-co-signed");
    }

    private void keyless(String repository) {
        copy("keyless/key-notlog", repository, "rekor-cosigned-notl");
        copy("keyless/key-rekor", repository, "rekor-cosigned-tl");
        copy("keyless/kl-alice", repository, "keyless-cosigned-phbelitz");
        copy("keyless/kl-mallory", repository, "keyless-cosigned-testa");
        copy("keyless/kl-two-signers", repository, "keyless-multi-cosigned");
        copy("keyless/kl-wrong-issuer", repository, "keyless-cosigned-diff");
    }

    private Digest push(String repository, String tag, CosignSigner... signers) {
        Digest digest = TestImage.push(registry, repository, tag, tag);
        for (CosignSigner signer : signers) {
            signer.sign(registry, repository, digest);
        }
        return digest;
    }

    /** An image {@code v1} with its signatures, which name no repository. */
    private void copy(String from, String repository, String tag) {
        Digest digest = registry.tagged(from, "v1").orElseThrow();
        registry.putManifest(repository, tag, TestImage.MANIFEST, registry.bytes(digest));
        String signatures = CosignSigner.tag(digest);
        Digest layers = registry.tagged(from, signatures).orElseThrow();
        registry.putManifest(repository, signatures, TestImage.MANIFEST, registry.bytes(layers));
    }

    // ---- notation ----

    private void notation(String repository) {
        push(repository, "notation-unsigned");
        attach(repository, "notation-signed", false);
        attach(repository, "notation-tsa", true);
        attach(repository, "notation-no-tsa", false);
        attach(repository, "notation-no-tsa-not-required", false);
        attach(repository, "notation-no-tsa-permissive", false);
        attach(repository, "notation-wrong-key", false);
        attach(repository, "notation-wrong-key-audit", false);
    }

    private void attach(String repository, String tag, boolean stamped) {
        Digest digest = push(repository, tag);
        JsonObject envelope = notation.jws(
                notation.header()
                        .add("io.cncf.notary.signingTime", STAMPED.toString())
                        .build(),
                NotationSigner.payload(TestImage.MANIFEST, digest, registry.bytes(digest).length));
        byte[] bytes = (stamped ? stamped(envelope) : envelope).toString().getBytes(StandardCharsets.UTF_8);
        NotationSigner.attach(registry, repository, digest, bytes);
    }

    private JsonObject stamped(JsonObject envelope) {
        byte[] signature = Base64.getUrlDecoder().decode(envelope.getString("signature"));
        String token = Base64.getEncoder().encodeToString(TestTimestamps.token(timestamps, signature, STAMPED));
        return Json.createObjectBuilder(envelope)
                .add(
                        "header",
                        Json.createObjectBuilder(envelope.getJsonObject("header"))
                                .add("io.cncf.notary.timestampSignature", token))
                .build();
    }

    /** PEM texts of the configuration by the name under which it mentions them. */
    Map<String, String> keys() {
        return Map.ofEntries(
                Map.entry("K-nv1", notaryRoot.pem()),
                Map.entry("K-own", ownRoot.pem()),
                Map.entry("OWN-CERT", authority.pem()),
                Map.entry("K-co", cosign.publicKey()),
                Map.entry("K-alice", alice.publicKey()),
                Map.entry("K-bob", bob.publicKey()),
                Map.entry("K-charlie", charlie.publicKey()),
                Map.entry("K-rsa", Zoo.key("rsa")),
                Map.entry("C-not", notation.rootPem()),
                Map.entry("C-tsa", timestamps.rootPem()),
                Map.entry("C-digi", stranger.rootPem()));
    }

    @Override
    public void close() {
        registry.close();
        notary.close();
        ownNotary.close();
    }
}

package dev.connaisseur.testing;

import static java.util.Objects.requireNonNull;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.NotationSigner.Part;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * The published test images' twins: signed freshly with keys of this run, or taken from the zoo and the keyless collection where a
 * real tool must have signed them. Every section of the acceptance cases has a repository of its own.
 */
public final class AcceptanceTwins implements AutoCloseable {
    /** What the tags point at that a notary signed. */
    public static final Digest SIGNED = new Digest("fe542477b92fb84c38eda9c824f6566d5c2536ef30af9c47152fa8a5fadb58dd");

    private static final Path KEYLESS = Path.of("src/test/resources/keyless");

    private static final Pattern NAME = Pattern.compile("<([A-Za-z0-9-]+)>");
    private static final List<String> SECTIONS = AcceptanceTable.rows().stream()
            .map(AcceptanceTable.Row::section)
            .distinct()
            .toList();
    private static final List<String> SIGNED_BY_NOTARY =
            List.of("regular", "deployment", "workload", "load", "complexity", "self-hosted-notary", "redis-cert");
    private static final Instant BEGIN = Instant.parse("2025-01-24T00:00:00Z");
    private static final Instant END = Instant.parse("2124-12-31T00:00:00Z");
    private static final Instant STAMPED = Instant.parse("2026-01-31T13:45:01Z");
    private static final Digest OTHER = new Digest("1234567890123456123456789012345612345678901234561234567890123456");

    private final EmbeddedRegistry registry = EmbeddedRegistry.open();
    private final NotaryFixture notary = NotaryFixture.open();
    private final TestAuthority authority = TestAuthority.create("notary");
    private final NotaryFixture ownNotary = NotaryFixture.open(authority.server(), RegistryAuth.none());
    private final NotaryKey notaryRoot = NotaryKey.ecdsaX509();
    private final NotaryKey ownRoot = NotaryKey.ecdsaX509();
    private final CosignSigner cosign = CosignSigner.create();
    private final CosignSigner alice = CosignSigner.create();
    private final CosignSigner bob = CosignSigner.create();
    private final CosignSigner charlie = CosignSigner.create();
    private final NotationSigner notation = signer("CN=securesystems.de,O=SSE,ST=Berlin,C=DE");
    private final NotationSigner stranger = signer("CN=elsewhere,O=Other,ST=Berlin,C=DE");
    private final NotationSigner timestamps = NotationSigner.of(
            Certificate.root("CN=timestamp root").valid(BEGIN, END),
            Certificate.of(
                            "CN=timestamps",
                            Part.keyUsage(true, KeyUsage.digitalSignature),
                            Part.of(
                                    Extension.extendedKeyUsage,
                                    true,
                                    new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping)))
                    .valid(BEGIN, END));

    public AcceptanceTwins() {
        registry.load(Zoo.REGISTRY);
        registry.load(KEYLESS.resolve("registry"));
        for (String section : List.of("regular", "cosign", "deployment", "alerting")) {
            cosigned(repository(section));
        }
        multisigned(repository("cosign"));
        keyless(repository("cosign"));
        for (String section : List.of("regular", "notation")) {
            notation(repository(section));
        }
        for (String section : SIGNED_BY_NOTARY) {
            notary.put(base(section), signedTags().publish());
        }
        notary.put("docker.io/" + AcceptanceTable.PUBLISHED, signedTags().publish());
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

    private static String repository(String section) {
        return section + "/" + AcceptanceTable.PUBLISHED;
    }

    /** What stands for {@link AcceptanceTable#PUBLISHED} in a section. */
    public String base(String section) {
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

    /** The twin of an image as a row writes it. A bare {@code @} stands for the digest to which the tag points. */
    public String twin(String section, String image) {
        String named = image.startsWith("T:")
                ? base(section) + image.substring(1)
                : image.replaceFirst("^L/", registry.host() + "/" + section + "/library/");
        if (!named.endsWith("@")) {
            return named;
        }
        String tag = named.substring(named.lastIndexOf(':') + 1, named.length() - 1);
        return named + registry.tagged(repository(section), tag).orElseThrow();
    }

    /** A text of the table, which is about published images, as one about their twins. */
    public String twinText(String section, String text) {
        return text.replace("index.docker.io/" + AcceptanceTable.PUBLISHED, AcceptanceTable.PUBLISHED)
                .replace(AcceptanceTable.PUBLISHED, base(section))
                .replace("{T}", base(section))
                .replace("{R}", registry.host());
    }

    /** The notary of all sections but one. */
    public NotaryFixture notary() {
        return notary;
    }

    // ---- the configuration ----

    /** {@code config.yaml} of all sections, with this run's keys and addresses. */
    public String configuration() {
        List<String> lines = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(AcceptanceTable.RESOURCES.resolve("config.yaml"))) {
                lines.add(filledIn(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String text = String.join("\n", lines);
        for (String section : SECTIONS) {
            text = text.replace("T(" + section + ")", base(section));
        }
        return text.replace("\"R/", "\"" + registry.host() + "/") + "\n";
    }

    private String filledIn(String line) throws IOException {
        Matcher name = NAME.matcher(line);
        if (line.startsWith("#") || !name.find()) {
            return line;
        }
        String text = requireNonNull(texts().get(name.group(1)), line);
        return line.strip().startsWith("<")
                ? text.indent(line.indexOf('<')).stripTrailing()
                : line.replace(name.group(), text);
    }

    /** The key with which notaries have signed, PEM. */
    public String notaryKey() {
        return notaryRoot.pem();
    }

    private Map<String, String> texts() throws IOException {
        return Map.ofEntries(
                Map.entry("NOTARY", notary.base()),
                Map.entry("OWN-NOTARY", ownNotary.base()),
                Map.entry("TRUSTED-ROOT", Files.readString(KEYLESS.resolve("trusted_root.json"))),
                Map.entry("K-logged", Files.readString(KEYLESS.resolve("keys/key-a.pub"))),
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

package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.NotationSigner.Part;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestPublisher;
import dev.connaisseur.testing.TestPublisher.ListBuilder;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images freshly signed by the real notation in a real docker-registry, through complete admissions of the shipped server. */
class NotationIT {
    private static final Part SIGNS = Part.keyUsage(true, KeyUsage.digitalSignature);

    @TempDir
    static Path directory;

    private static final Map<String, NotationSigner> SIGNERS = new LinkedHashMap<>();
    private static DockerRegistry registry;
    private static ServerProcess server;
    private static TestPublisher publisher;
    private static Tool notation;

    @BeforeAll
    static void serve() throws Exception {
        Optional<Tool> signer = Tool.find("notation");
        Optional<Tool> store = Tool.find("docker-registry");
        Assumptions.assumeTrue(signer.isPresent() && store.isPresent(), "needs notation and docker-registry");
        notation = signer.orElseThrow();
        registry = DockerRegistry.start(store.orElseThrow(), directory);
        publisher = TestPublisher.open();
        Part where = NotationSigner.crlAt(publisher.address("/list"));
        SIGNERS.put("acme", signer(leaf("C=DE,ST=BE,O=acme,CN=release", SIGNS)));
        SIGNERS.put("rsa", signer(leaf("C=DE,ST=BE,O=acme,CN=rsa", SIGNS).rsa(2048)));
        SIGNERS.put("evil", signer(leaf("C=DE,ST=BE,O=evil,CN=release", SIGNS)));
        SIGNERS.put("listed", signer(leaf("C=DE,ST=BE,O=acme,CN=listed", SIGNS, where)));
        SIGNERS.put("revoked", issuer("listed").issuing(leaf("C=DE,ST=BE,O=acme,CN=revoked", SIGNS, where)));
        configureSigners();
        publishList();
        Path configuration = Files.createDirectories(directory.resolve("config"));
        Files.writeString(configuration.resolve("config.yaml"), configuration());
        Path alerts = Files.createDirectories(directory.resolve("alerts"));
        Files.writeString(alerts.resolve("config.yaml"), "{}\n");
        server = ServerProcess.start(
                        Files.createDirectories(directory.resolve("server")),
                        Map.of(
                                "CONNAISSEUR_CONFIG_DIR",
                                configuration.toString(),
                                "CONNAISSEUR_ALERTS_DIR",
                                alerts.toString(),
                                "CONNAISSEUR_NETWORK_ALLOW",
                                "localhost",
                                "CACHE_EXPIRY_SECONDS",
                                "0"))
                .awaitReady(Duration.ofMinutes(5));
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        if (publisher != null) {
            publisher.close();
        }
        if (registry != null) {
            registry.close();
        }
    }

    private static Certificate valid(Certificate certificate) {
        Instant now = Instant.now();
        return certificate.valid(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(30)));
    }

    private static Certificate leaf(String subject, Part... parts) {
        return valid(Certificate.of(subject, parts));
    }

    /** An authority with an intermediate, which issues. */
    private static NotationSigner signer(Certificate leaf) {
        return NotationSigner.of(
                valid(Certificate.publisher("C=DE,O=authority,CN=root")),
                valid(Certificate.publisher("C=DE,O=authority,CN=issuing")),
                leaf);
    }

    private static NotationSigner of(String name) {
        return Optional.ofNullable(SIGNERS.get(name)).orElseThrow();
    }

    private static NotationSigner issuer(String name) {
        return of(name).issuer();
    }

    /** The tool's own files: keys, and the chains that go into the envelopes. */
    private static void configureSigners() throws IOException {
        Path home = Files.createDirectories(directory.resolve("home/notation"));
        JsonArrayBuilder keys = Json.createArrayBuilder();
        for (Map.Entry<String, NotationSigner> signer : SIGNERS.entrySet()) {
            Path key = home.resolve(signer.getKey() + ".key");
            Path chain = home.resolve(signer.getKey() + ".crt");
            Files.writeString(
                    key,
                    "-----BEGIN PRIVATE KEY-----\n"
                            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                    .encodeToString(signer.getValue().key().getEncoded())
                            + "\n-----END PRIVATE KEY-----\n");
            List<String> pem = new ArrayList<>();
            signer.getValue().chain().forEach(certificate -> pem.add(NotationSigner.pem(certificate)));
            Files.writeString(chain, String.join("", pem));
            keys.add(Json.createObjectBuilder()
                    .add("name", signer.getKey())
                    .add("keyPath", key.toString())
                    .add("certPath", chain.toString()));
        }
        Files.writeString(
                home.resolve("signingkeys.json"),
                Json.createObjectBuilder()
                        .add("default", "acme")
                        .add("keys", keys)
                        .build()
                        .toString());
    }

    private static void publishList() {
        Instant now = Instant.now();
        X509Certificate authority = of("listed").chain().get(1);
        publisher.file(
                "/list",
                new ListBuilder(authority, 1, now.minusSeconds(3600), now.plus(Duration.ofDays(1)))
                        .revoked(of("revoked").chain().getFirst(), 1, now.minusSeconds(60))
                        .signedBy(issuer("listed")));
    }

    private static String configuration() {
        StringBuilder roots = new StringBuilder();
        StringBuilder rules = new StringBuilder();
        for (String name : List.of("acme", "rsa", "evil", "listed")) {
            roots.append("  - name: ").append(name).append("\n    cert: |\n");
            roots.append(of(name).rootPem().indent(6));
            if (name.equals("acme")) {
                roots.append("    trustedIdentities: [\"x509.subject: C=DE, ST=BE, O=acme\"]\n");
            }
            rules.append("""
                    - pattern: "%s/%s/*:*"
                      validator: notation
                      with: {trustRoot: %s}
                    """.formatted(registry.host(), name, name));
        }
        rules.append("""
                - pattern: "%s/lenient/*:*"
                  validator: notation
                  with: {trustRoot: listed, verificationLevel: permissive}
                """.formatted(registry.host()));
        return "validators:\n- name: notation\n  type: notation\n  trustRoots:\n" + roots + "policy:\n" + rules;
    }

    private static void sign(String key, String repository, Digest image, String format) {
        notation.run(
                directory,
                Map.of("XDG_CONFIG_HOME", directory.resolve("home").toString()),
                List.of(
                        "sign",
                        "--key",
                        key,
                        "--signature-format",
                        format,
                        "--insecure-registry",
                        registry.host() + "/" + repository + "@" + image));
    }

    private static Digest signed(String key, String repository, String format) throws Exception {
        Digest image = registry.push(repository, format, repository + " signed as " + format);
        sign(key, repository, image, format);
        return image;
    }

    private static String image(String repository, String tag) {
        return registry.host() + "/" + repository + ":" + tag;
    }

    private static AdmissionAnswer ask(String image) {
        return AdmissionAnswer.of(
                server.review(Reviews.create("Pod", "interop", image).toString()));
    }

    private static AdmissionAnswer admitted(String image, Digest digest) {
        AdmissionAnswer answer = ask(image);
        assertThat(answer.allowed()).as(answer.message()).isTrue();
        assertThat(answer.images(Reviews.workload("Pod", Map.of("containers", List.of(image)))))
                .containsExactly(image + "@" + digest);
        return answer;
    }

    private static void refused(String image, String... texts) {
        AdmissionAnswer answer = ask(image);
        assertThat(answer.allowed()).isFalse();
        assertThat(answer.message()).contains(texts).contains("Unable to find signed digest for image " + image);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jws", "cose"})
    void aTagIsPinnedToTheSignedDigest(String format) throws Exception {
        admitted(image("acme/app", format), signed("acme", "acme/app", format));
        admitted(image("rsa/app", format), signed("rsa", "rsa/app", format));
        admitted(image("evil/app", format), signed("evil", "evil/app", format));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jws", "cose"})
    void anotherSignerIsRefused(String format) throws Exception {
        signed("evil", "acme/foreign", format);
        refused(image("acme/foreign", format), "signature is not produced by a trusted signer");
        admitted(image("acme/own", format), signed("acme", "acme/own", format));
    }

    @Test
    void theSubjectIsHeldAgainstTheIdentity() throws Exception {
        NotationSigner neighbour = issuer("acme").issuing(leaf("C=DE,ST=BE,O=neighbour,CN=release", SIGNS));
        SIGNERS.put("neighbour", neighbour);
        configureSigners();
        signed("neighbour", "acme/neighbour", "jws");
        refused(image("acme/neighbour", "jws"), "does not match the X.509 trusted identities");
    }

    @Test
    void anUnsignedImageIsRefused() throws Exception {
        registry.push("acme/app", "unsigned", "nobody signed this");
        refused(image("acme/app", "unsigned"), "no signature is associated with");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jws", "cose"})
    void anEnvelopeOfAnotherImageIsRefused(String format) throws Exception {
        Digest good = signed("acme", "acme/copied", format);
        Digest evil = registry.push("acme/copied", "evil-" + format, "carries the signature of another image");
        registry.reattach("acme/copied", good, evil, envelope -> envelope);
        refused(image("acme/copied", "evil-" + format), "the signature is about another image than " + evil);
        admitted(image("acme/copied", format), good);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jws", "cose"})
    void aFlippedBitIsRefused(String format) throws Exception {
        Digest image = signed("acme", "acme/flipped-" + format, format);
        admitted(image("acme/flipped-" + format, format), image);
        registry.reattach("acme/flipped-" + format, image, image, NotationIT::flipped);
        refused(image("acme/flipped-" + format, format), "the signature is wrong");
    }

    /** One bit of the signature: the last byte of a COSE envelope, a member of a JWS one. */
    private static byte[] flipped(byte[] envelope) {
        if (envelope[0] != '{') {
            envelope[envelope.length - 1] ^= 1;
            return envelope;
        }
        try (var reader = Json.createReader(new java.io.ByteArrayInputStream(envelope))) {
            var jws = reader.readObject();
            byte[] signature = Base64.getUrlDecoder().decode(jws.getString("signature"));
            signature[10] ^= 1;
            return Json.createObjectBuilder(jws)
                    .add("signature", Base64.getUrlEncoder().withoutPadding().encodeToString(signature))
                    .build()
                    .toString()
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jws", "cose"})
    void aRevokedSignerIsRefusedAndWarnedAbout(String format) throws Exception {
        admitted(image("listed/app", format), signed("listed", "listed/app", format));
        signed("revoked", "listed/revoked", format);
        refused(image("listed/revoked", format), "CN=revoked", "was revoked on ");

        AdmissionAnswer lenient = admitted(image("lenient/app", format), signed("revoked", "lenient/app", format));
        assertThat(lenient.warnings())
                .singleElement()
                .asString()
                .contains("is admitted though certificate", "was revoked on ");
    }

    /** Manifest, list of signatures (this registry has no API for it, but a tag), the signature's manifest, its envelope. */
    @Test
    void oneAdmissionCostsFiveRequests() throws Exception {
        Digest image = signed("acme", "acme/counted", "jws");
        long before = registry.requestsTo("/v2/acme/counted/");
        admitted(image("acme/counted", "jws"), image);
        assertThat(registry.requestsTo("/v2/acme/counted/") - before).isEqualTo(5);
    }
}

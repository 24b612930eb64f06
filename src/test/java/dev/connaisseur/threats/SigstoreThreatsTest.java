package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.FulcioAuthority;
import dev.connaisseur.testing.FulcioLeaf;
import dev.connaisseur.testing.TestSigstore;
import dev.connaisseur.testing.TufRepository;
import dev.connaisseur.threats.SigstoreThreats.Threat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rows of the catalogue of threats about signatures, keys, certificates, identities, logs and times, through complete
 * admissions: each deed is refused for its reason, beside the twin that differs from it in one thing and is admitted.
 */
class SigstoreThreatsTest {
    /** Rows that have suites of their own: Wycheproof through the class that an admission calls. */
    static final Set<Integer> ELSEWHERE = Set.of(20, 22, 23, 30);

    @TempDir
    private Path directory;

    private final SigstoreScene scene = new SigstoreScene();

    @AfterEach
    void close() {
        scene.close();
    }

    static Stream<Threat> threats() {
        return SigstoreThreats.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void threats(Threat threat) {
        String configuration = scene.configuration(threat.roots().apply(scene), threat.with());

        assertThat(scene.decided(directory, configuration, threat.twin(), "twin"))
                .isEmpty();
        assertThat(scene.decided(directory, configuration, threat.deed(), "deed"))
                .singleElement()
                .isIn(threat.reasons());
        assertThat(scene.rekor.asked()).isEmpty();
    }

    static Stream<Arguments> configurations() {
        String good = CosignSigner.create().publicKey();
        return Stream.of(
                row(
                        29,
                        "one key under two names reaches a threshold of two",
                        key(good) + "- {name: b, key: " + quoted(good) + "}\n",
                        "trustRoot: \"*\", threshold: 2",
                        "can never be reached"),
                row(33, "RSA of 1024 bits", key(rsa(1024)), "", "1024 bits"),
                row(33, "a curve of 192 bits", key(curve("secp192r1")), "", "curve"),
                row(33, "a curve of others", key(curve("secp256k1")), "", "curve"),
                row(33, "a point beside its curve", key(bent(good)), "", "not a point on its curve"),
                row(33, "a private key", key(good.replace("PUBLIC", "PRIVATE")), "", "PRIVATE KEY"),
                row(33, "a certificate", key(TestSigstore.create(Instant.now()).rootPem()), "", "CERTIFICATE"),
                row(33, "two keys", key(good + CosignSigner.create().publicKey()), "", "2 PEM blocks"),
                row(33, "text before the key", key("my key:\n" + good), "", "does not start with a PEM block"),
                row(33, "text after the key", key(good + "there it is"), "", "extraneous"),
                row(
                        35,
                        "RSA of 16384 bits",
                        key(rsa(BigInteger.ONE.shiftLeft(16383).add(BigInteger.ONE), 65537)),
                        "",
                        "larger than any that is accepted"),
                row(
                        35,
                        "a huge exponent",
                        key(rsa(
                                BigInteger.ONE.shiftLeft(2047).add(BigInteger.ONE),
                                BigInteger.ONE.shiftLeft(64).add(BigInteger.ONE))),
                        "",
                        "exponent"),
                row(35, "a curve that is spelled out", key(spelledOut()), "", "spells out"),
                row(
                        40,
                        "an own authority that is only a signer",
                        "- {name: default, ca: {subject: a@b, certificates: "
                                + quoted(pem(TestSigstore.create(Instant.now())))
                                + "}}\n",
                        "",
                        "not that of an authority"),
                row(37, "no issuer", "- {name: default, keyless: {subject: a@b}}\n", "", "Issuer must be set"),
                row(37, "no subject", "- {name: default, keyless: {issuer: https://a}}\n", "", "Subject must be set"),
                row(
                        37,
                        "an empty subject",
                        "- {name: default, keyless: {issuer: https://a, subject: ''}}\n",
                        "",
                        "Subject must be set"),
                row(
                        37,
                        "a misspelled pattern",
                        "- {name: default, keyless: {issuer: https://a, subject: a@b, issuerRegExp: x}}\n",
                        "",
                        "issuerRegExp"),
                row(
                        37,
                        "a misspelled claim",
                        "- {name: default, keyless: {issuer: https://a, subject: a@b, claims: {githubWorkflowRepositry: x}}}\n",
                        "",
                        "githubWorkflowRepositry"),
                row(49, "a number of logs, which no rule can ask for", key(good), "logs: 2", "field logs not found"));
    }

    /** What would weaken a verification is refused with the configuration, which without that one thing is right. */
    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void configurations(int row, String what, String roots, String with, String said) {
        String right = key(CosignSigner.create().publicKey());
        assertThat(SigstoreScene.errors(directory, scene.configuration(right, "")))
                .isEmpty();
        long start = System.nanoTime();
        assertThat(SigstoreScene.errors(directory, scene.configuration(roots, with)))
                .anyMatch(error -> error.contains(said));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    static Stream<String> expiring() {
        return Stream.of("root", "timestamp", "snapshot", "targets");
    }

    /** Row 51: each role's time alone. */
    @ParameterizedTest
    @MethodSource
    void expiring(String role) {
        try (TufRepository young = TufRepository.serve(scene.sigstore.trustedRoot(), scene.now);
                TufRepository old = TufRepository.serve(scene.sigstore.trustedRoot(), scene.now)) {
            old.life(role, Duration.ofSeconds(-1)).publish();
            SigstoreScene.Deed signed = s -> s.sign(s.sigstore.issue(s.leaf()));

            assertThat(scene.decided(directory, from(young), signed, "twin")).isEmpty();
            assertThat(scene.decided(directory, from(old), signed, "deed")).containsExactly("INCONCLUSIVE");
        }
    }

    /** Row 40: who is trusted as a signer is not trusted as an issuer. */
    @Test
    void anIssuerThatIsOnlyASignerDoesNotCount() {
        TestSigstore.Signer authority = FulcioAuthority.of(scene.now).issuedBy(scene.sigstore.authoritySigner());
        TestSigstore.Signer signer = scene.sigstore.issue(scene.leaf());

        assertThat(scene.decided(directory, trusting(authority), below(authority), "twin"))
                .isEmpty();
        assertThat(scene.decided(directory, trusting(signer), below(signer), "deed"))
                .containsExactly("CERTIFICATE");
    }

    private static SigstoreScene.Deed below(TestSigstore.Signer issuer) {
        return s -> s.sign(s.sigstore.issueBy(issuer, s.leaf()));
    }

    private String trusting(TestSigstore.Signer issuer) {
        return scene.configuration(scene.keyless("subject: " + SigstoreScene.ALICE), "verifySCT: true")
                .replace(
                        "trustedRoot: '" + scene.sigstore.trustedRoot() + "'",
                        "host: {fulcioCert: " + quoted(scene.pem(issuer)) + ", rekorPubkey: "
                                + quoted(scene.sigstore.logPem()) + ", ctLogPubkey: "
                                + quoted(scene.sigstore.certificateLogPem()) + "}");
    }

    /** Row 48: an attacker's log is asked only if the operator named it, and believed only under the pinned key. */
    @Test
    void anAttackersLogIsNotBelieved() {
        String right = scene.configuration(scene.keyless("subject: " + SigstoreScene.ALICE), "verifySCT: true");
        String asking =
                right.replace("  type: cosign\n", "  type: cosign\n  host: {rekor: '" + scene.rekor.url() + "'}\n");
        SigstoreScene.Deed bare = s -> {
            TestSigstore.Signer alice = s.sigstore.issue(s.leaf());
            var annotations = s.sigstore.annotations(alice, s.payload(), s.now);
            var body = TestSigstore.hashedRekord(s.payload(), annotations);
            s.rekor.add(body, s.stranger.answered(body, s.now));
            annotations.remove("dev.sigstore.cosign/bundle");
            TestSigstore.attach(s.registry, s.repository(), s.image(), s.payload(), annotations);
        };

        assertThat(scene.decided(directory, right, bare, "silent")).containsExactly("LOG");
        assertThat(scene.rekor.asked()).isEmpty();
        assertThat(scene.decided(directory, asking, bare, "asking")).containsExactly("LOG");
        assertThat(scene.rekor.asked()).isNotEmpty();
    }

    @Test
    void everyRowHasACase() {
        Set<Integer> rows = Stream.of(
                        threats().map(Threat::row),
                        configurations().map(row -> (Integer) row.get()[0]),
                        Stream.of(48, 51),
                        ELSEWHERE.stream())
                .flatMap(all -> all)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<Integer> wanted = new TreeSet<>();
        for (int row = 20; row <= 51; row++) {
            wanted.add(row);
        }
        wanted.removeAll(List.of(28, 31, 32, 43, 44));
        assertThat(rows).containsExactlyElementsOf(wanted);
    }

    private String from(TufRepository repository) {
        return scene.configuration(scene.keyless("subject: " + SigstoreScene.ALICE), "verifySCT: true")
                .replace(
                        "trustedRoot: '" + scene.sigstore.trustedRoot() + "'",
                        "trustedRootTuf: {url: '" + repository.url() + "', root: " + quoted(repository.rootText(1))
                                + "}");
    }

    private static Arguments row(int row, String what, String roots, String with, String said) {
        return Arguments.of(row, what, roots, with, said);
    }

    private static String key(String pem) {
        return "- {name: default, key: " + quoted(pem) + "}\n";
    }

    private static String quoted(String text) {
        return SigstoreScene.quoted(text);
    }

    private static String pem(PublicKey key) {
        return TestSigstore.pem("PUBLIC KEY", key.getEncoded());
    }

    /** A signer's certificate. */
    private static String pem(TestSigstore sigstore) {
        FulcioLeaf leaf = sigstore.leaf(FulcioLeaf.email(SigstoreScene.ALICE), SigstoreScene.ISSUER);
        try {
            return TestSigstore.pem(
                    "CERTIFICATE", sigstore.issue(leaf).certificate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String rsa(int bits) {
        return made(() -> {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair().getPublic();
        });
    }

    private static String rsa(BigInteger modulus, int exponent) {
        return rsa(modulus, BigInteger.valueOf(exponent));
    }

    private static String rsa(BigInteger modulus, BigInteger exponent) {
        try {
            AlgorithmIdentifier algorithm =
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
            byte[] der = new SubjectPublicKeyInfo(algorithm, new RSAPublicKey(modulus, exponent)).getEncoded("DER");
            return TestSigstore.pem("PUBLIC KEY", der);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String curve(String name) {
        return made(() -> {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
            generator.initialize(new ECGenParameterSpec(name));
            return generator.generateKeyPair().getPublic();
        });
    }

    private static String spelledOut() {
        return made(() -> {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
            var named = org.bouncycastle.asn1.x9.ECNamedCurveTable.getByName("P-256");
            generator.initialize(new org.bouncycastle.jce.spec.ECParameterSpec(
                    named.getCurve(), named.getG(), named.getN(), named.getH()));
            return generator.generateKeyPair().getPublic();
        });
    }

    private static String bent(String pem) {
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        der[der.length - 1] ^= 1;
        return TestSigstore.pem("PUBLIC KEY", der);
    }

    private interface Making {
        PublicKey key() throws GeneralSecurityException;
    }

    private static String made(Making making) {
        try {
            return pem(making.key());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

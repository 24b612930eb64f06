package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.FakeRekor;
import dev.connaisseur.testing.FulcioLeaf;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.NotationSigner.Part;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.TestSigstore;
import dev.connaisseur.testing.TestSigstore.Signer;
import dev.connaisseur.testing.TestTimestamps;
import dev.connaisseur.validator.Reason;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The log that is asked for what did not come along, and one's own authority. */
class OwnSigstoreTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String REPOSITORY = "acme/app";
    private static final String IMAGE = REPOSITORY + ":v1";

    private final TestSigstore sigstore = TestSigstore.create(NOW);
    private final CosignRig rig = CosignRig.empty().at(NOW).part("trustedRoot", "'" + sigstore.trustedRoot() + "'");
    private final FakeRekor rekor = FakeRekor.serve();
    private final Digest image = TestImage.push(rig.registry, REPOSITORY, "v1", "content");
    private final Signer alice =
            sigstore.issue(sigstore.leaf(FulcioLeaf.email("alice@acme.example"), "https://id.example"));

    @AfterEach
    void close() {
        rekor.close();
        rig.close();
    }

    private void keyless() {
        rig.root("alice", "keyless: {issuer: 'https://id.example', subject: alice@acme.example}");
    }

    private JsonObject attachWithoutEntry() {
        byte[] payload = CosignSigner.payload("acme/app", image);
        Map<String, String> annotations = new HashMap<>(sigstore.annotations(alice, payload, NOW));
        annotations.remove("dev.sigstore.cosign/bundle");
        TestSigstore.attach(rig.registry, REPOSITORY, image, payload, annotations);
        return TestSigstore.hashedRekord(payload, annotations);
    }

    @Test
    void aSignatureWithEverythingIsAdmittedWithoutAskingTheLog() {
        keyless();
        rig.part("host", "{rekor: '" + rekor.url() + "'}");
        sigstore.sign(alice, rig.registry, REPOSITORY, image);

        assertThat(rig.verdict(IMAGE, log(true)).signers()).containsExactly("alice");
        assertThat(rekor.asked()).isEmpty();
    }

    @Test
    void theLogIsAskedForTheEntryThatDidNotCome() {
        keyless();
        JsonObject body = attachWithoutEntry();
        rekor.add(body, sigstore.answered(body, NOW));

        assertThat(rig.denial(IMAGE, log(true))).as("without host.rekor").isEqualTo(Reason.LOG);
        assertThat(rekor.asked()).isEmpty();
        rig.part("host", "{rekor: '" + rekor.url() + "/'}");
        assertThat(rig.verdict(IMAGE, log(true)).signers()).containsExactly("alice");
        assertThat(rekor.asked()).hasSize(1);
    }

    @Test
    void whatTheLogAnswersIsBelievedByItsPinnedKeyOnly() {
        keyless();
        rig.part("host", "{rekor: '" + rekor.url() + "'}");
        JsonObject body = attachWithoutEntry();
        rekor.add(body, TestSigstore.create(NOW).answered(body, NOW));

        assertThat(rig.denial(IMAGE, log(true))).isEqualTo(Reason.LOG);
        rekor.add(body, sigstore.answered(body, NOW.plusSeconds(3600)));
        assertThat(rig.denial(IMAGE, log(true)))
                .as("an entry after the certificate's end")
                .isEqualTo(Reason.EXPIRED);
        rekor.add(body, sigstore.answered(body, NOW));
        assertThat(rig.verdict(IMAGE, log(true)).digest()).isEqualTo(image);
    }

    @Test
    void aLogThatDoesNotAnswerLeavesItOpen() {
        keyless();
        rig.part("host", "{rekor: '" + rekor.url() + "'}");
        attachWithoutEntry();

        assertThat(rig.denial(IMAGE, log(true))).as("the log has no such entry").isEqualTo(Reason.LOG);
        rekor.status(503);
        assertThat(rig.denial(IMAGE, log(true))).isEqualTo(Reason.INCONCLUSIVE);
    }

    @Test
    void nobodyIsAskedAboutASignatureThatIsBroken() {
        keyless();
        rig.part("host", "{rekor: '" + rekor.url() + "'}");
        byte[] payload = CosignSigner.payload("acme/app", image);
        Map<String, String> annotations = new HashMap<>(sigstore.annotations(alice, payload, NOW));
        annotations.remove("dev.sigstore.cosign/bundle");
        byte[] other = CosignSigner.payload("acme/other", image);
        TestSigstore.attach(rig.registry, REPOSITORY, image, other, annotations);

        assertThat(rig.denial(IMAGE, log(true))).isEqualTo(Reason.UNTRUSTED_SIGNER);
        assertThat(rekor.asked()).isEmpty();
    }

    @Test
    void anIdentityThatSeveralTrustRootsFitIsOneSigner() {
        keyless();
        rig.root("anybody", "keyless: {issuer: 'https://id.example', subjectRegex: '.*@acme\\.example'}");
        for (int i = 0; i < 2; i++) { // another certificate makes nobody else of her
            sigstore.sign(
                    sigstore.issue(sigstore.leaf(FulcioLeaf.email("alice@acme.example"), "https://id.example")),
                    rig.registry,
                    REPOSITORY,
                    image);
            assertThat(rig.refusal(IMAGE, log("*", true))).hasMessage("validation threshold not reached (1/2)");
        }
        sigstore.sign(
                sigstore.issue(sigstore.leaf(FulcioLeaf.email("bob@acme.example"), "https://id.example")),
                rig.registry,
                REPOSITORY,
                image);

        assertThat(rig.verdict(IMAGE, log("*", true)).signers()).containsExactly("alice", "anybody");
    }

    @Test
    void onesOwnAuthorityNeedsNoIdentityProvider() {
        String certificates = "\"" + CosignRig.escaped(sigstore.rootPem()) + "\"";
        Signer ci = sigstore.issue(sigstore.leaf(FulcioLeaf.email("ci@acme.example"), "")
                .issuedBy("", "")
                .unpromised());
        sigstore.sign(ci, rig.registry, REPOSITORY, image);
        rig.root("ours", "ca: {certificates: " + certificates + ", subject: ci@acme.example}")
                .root("others", "ca: {certificates: " + certificates + ", subject: cd@acme.example}")
                .root(
                        "theirs",
                        "ca: {certificates: \""
                                + CosignRig.escaped(TestSigstore.create(NOW).rootPem())
                                + "\", subject: ci@acme.example}");

        assertThat(rig.verdict(IMAGE, CosignRig.by("ours")).signers()).containsExactly("ours");
        assertThat(rig.denial(IMAGE, CosignRig.by("others"))).isEqualTo(Reason.IDENTITY);
        assertThat(rig.denial(IMAGE, CosignRig.by("theirs"))).isEqualTo(Reason.CERTIFICATE);
    }

    @Test
    void aStrangersTimestampThatCannotBeReadHarmsNobodyElse() {
        NotationSigner stamping = NotationSigner.of(
                Certificate.root("CN=tsa root"),
                Certificate.of(
                        "CN=tsa",
                        Part.keyUsage(true, KeyUsage.digitalSignature),
                        Part.of(
                                Extension.extendedKeyUsage,
                                true,
                                new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping))));
        rig.root(
                        "ours",
                        "ca: {certificates: \"" + CosignRig.escaped(sigstore.rootPem())
                                + "\", subject: ci@acme.example}")
                .part("host", "{tsaCert: \"" + CosignRig.escaped(stamping.rootPem()) + "\"}");
        TestSigstore theirs = TestSigstore.create(NOW);
        Signer mallory = theirs.issue(theirs.leaf(FulcioLeaf.email("ci@acme.example"), ""));
        byte[] payload = CosignSigner.payload("acme/app", image);
        Map<String, String> annotations = new HashMap<>(theirs.annotations(mallory, payload, NOW));
        byte[] signature = Base64.getDecoder().decode(annotations.get("dev.cosignproject.cosign/signature"));
        byte[] timestamp =
                TestTimestamps.response(TestTimestamps.spoiled(TestTimestamps.token(stamping, signature, NOW)));
        annotations.put(
                "dev.sigstore.cosign/rfc3161timestamp",
                "{\"SignedRFC3161Timestamp\":\"" + Base64.getEncoder().encodeToString(timestamp) + "\"}");
        TestSigstore.attach(rig.registry, REPOSITORY, image, payload, annotations);
        assertThat(rig.denial(IMAGE, CosignRig.by("ours"))).isEqualTo(Reason.CERTIFICATE);

        Signer ci = sigstore.issue(sigstore.leaf(FulcioLeaf.email("ci@acme.example"), "")
                .issuedBy("", "")
                .unpromised());
        sigstore.sign(ci, rig.registry, REPOSITORY, image);
        assertThat(rig.verdict(IMAGE, CosignRig.by("ours")).signers()).containsExactly("ours");
    }

    @Test
    void withoutALogOnesOwnCertificateMustBeValidNow() {
        String certificates = "\"" + CosignRig.escaped(sigstore.rootPem()) + "\"";
        Signer ci = sigstore.issue(
                sigstore.leaf(FulcioLeaf.email("ci@acme.example"), "").unpromised());
        sigstore.sign(ci, rig.registry, REPOSITORY, image);
        rig.root("ours", "ca: {certificates: " + certificates + ", subject: ci@acme.example}");

        assertThat(rig.verdict(IMAGE, CosignRig.by("ours")).digest()).isEqualTo(image);
        rig.at(NOW.plusSeconds(3600));
        assertThat(rig.denial(IMAGE, CosignRig.by("ours"))).isEqualTo(Reason.EXPIRED);
        assertThat(rig.verdict(IMAGE, log("ours", true)).digest())
                .as("the log says when it was made")
                .isEqualTo(image);
    }

    private static RuleOptions log(boolean log) {
        return log("alice", log);
    }

    private static RuleOptions log(String root, boolean log) {
        RuleOptions defaults = RuleOptions.DEFAULTS;
        return new RuleOptions(
                root,
                defaults.mode(),
                log,
                true,
                0,
                List.of(),
                List.of(),
                defaults.verificationLevel(),
                defaults.verifyTimestamp());
    }
}

package dev.connaisseur.validator.notation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.policy.RuleOptions.VerificationLevel;
import dev.connaisseur.policy.RuleOptions.VerifyTimestamp;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.NotationSigner.Part;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.TestPublisher;
import dev.connaisseur.testing.TestPublisher.ListBuilder;
import dev.connaisseur.testing.TestTimestamps;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Verdict;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What revocation means for an image: whose certificates are asked about, and what the levels make of the answer. */
class NotationRevocationTest {
    private static final String REPOSITORY = "team/app";
    private static final String IMAGE = REPOSITORY + ":v1";
    private static final Instant NOW = NotationSigner.NOW;
    private static final Part SIGNS = Part.keyUsage(true, KeyUsage.digitalSignature);

    private final NotationRig rig = NotationRig.of(EmbeddedRegistry.open());
    private final Digest image = TestImage.push(rig.registry, REPOSITORY, "v1", "app");
    private final TestPublisher publisher = TestPublisher.open();
    private final NotationSigner signer = NotationSigner.of(
            Certificate.publisher("CN=root"),
            Certificate.of("CN=leaf", SIGNS, NotationSigner.crlAt(publisher.address("/list"))));

    @AfterEach
    void close() {
        rig.close();
        publisher.close();
    }

    private ListBuilder list() {
        return new ListBuilder(signer.chain().getLast(), 1, NOW);
    }

    private void revoke() {
        publisher.file(
                "/list",
                list().revoked(signer.chain().getFirst(), 1, NOW.minusSeconds(60))
                        .signedBy(signer.issuer()));
    }

    private JsonObject envelope(NotationSigner by) {
        String payload = NotationSigner.payload(TestImage.MANIFEST, image, rig.registry.bytes(image).length);
        return by.jws(by.header().build(), payload);
    }

    private void attach(JsonObject envelope) {
        NotationSigner.attach(
                rig.registry, REPOSITORY, image, envelope.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static RuleOptions at(VerificationLevel level) {
        return NotationRig.options("default", level);
    }

    @ParameterizedTest
    @EnumSource(VerificationLevel.class)
    void aSignerThatWasNotRevokedIsAdmittedSilently(VerificationLevel level) {
        rig.root("default", signer.rootPem());
        attach(envelope(signer));
        publisher.file("/list", list().signedBy(signer.issuer()));

        Verdict.Signed verdict = rig.verdict(IMAGE, at(level));
        assertThat(verdict.digest()).isEqualTo(image);
        assertThat(verdict.warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(VerificationLevel.class)
    void aRevokedSignerIsDeniedOrWarnedAbout(VerificationLevel level) {
        rig.root("default", signer.rootPem());
        attach(envelope(signer));
        revoke();

        if (level == VerificationLevel.STRICT) {
            ValidationException refusal = rig.refusal(IMAGE, at(level));
            assertThat(refusal.reason()).isEqualTo(Reason.REVOKED);
            assertThat(refusal).hasMessageContaining("certificate \"CN=leaf\" was revoked on " + NOW.minusSeconds(60));
        } else {
            assertThat(rig.verdict(IMAGE, at(level)).warnings())
                    .singleElement()
                    .asString()
                    .contains("\"CN=leaf\" was revoked on ", "only logs the check revocation");
        }
    }

    @ParameterizedTest
    @EnumSource(VerificationLevel.class)
    void whatCannotBeFoundOutIsDeniedOrWarnedAbout(VerificationLevel level) {
        rig.root("default", signer.rootPem());
        attach(envelope(signer));

        if (level == VerificationLevel.STRICT) {
            assertThat(rig.refusal(IMAGE, at(level)).reason()).isEqualTo(Reason.INCONCLUSIVE);
        } else {
            assertThat(rig.verdict(IMAGE, at(level)).warnings())
                    .singleElement()
                    .asString()
                    .contains("could not be checked: localhost:", "answered with status 404");
        }
    }

    @ParameterizedTest
    @EnumSource(VerificationLevel.class)
    void nobodyIsAskedAboutStrangers(VerificationLevel level) {
        rig.root("default", NotationSigner.create("CN=acme").rootPem());
        attach(envelope(signer));
        revoke();

        if (level == VerificationLevel.AUDIT) {
            assertThat(rig.verdict(IMAGE, at(level)).warnings())
                    .singleElement()
                    .asString()
                    .contains("only logs the check authenticity");
        } else {
            assertThat(rig.refusal(IMAGE, at(level)).reason()).isEqualTo(Reason.UNTRUSTED_SIGNER);
        }
        assertThat(publisher.requests()).isEmpty();
    }

    /** Neither the cloud's metadata nor a private network: whoever controls a certificate does not control where we connect to. */
    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"http://169.254.169.254/latest/meta-data/", "http://10.1.2.3/list", "http://[fd00:ec2::254]/"})
    void onlyPublicAddressesAreAsked(String address) {
        for (Part where : new Part[] {NotationSigner.crlAt(address), NotationSigner.ocspAt(address)}) {
            NotationSigner inward =
                    NotationSigner.of(Certificate.publisher("CN=root"), Certificate.of("CN=leaf", SIGNS, where));
            rig.root("default", inward.rootPem());
            attach(envelope(inward));

            assertThat(rig.refusal(IMAGE, at(VerificationLevel.STRICT)))
                    .hasMessageContaining("we may not connect to")
                    .extracting("reason")
                    .isEqualTo(Reason.INCONCLUSIVE);
        }
    }

    @Test
    void aTrustedIntermediateIsAskedFor() {
        NotationSigner three = NotationSigner.of(
                Certificate.publisher("CN=root"),
                Certificate.publisher("CN=middle", NotationSigner.crlAt(publisher.address("/middle"))),
                Certificate.leaf("CN=leaf"));
        NotationSigner root = three.issuer().issuer();
        X509Certificate middle = three.chain().get(1);
        rig.root("default", NotationSigner.pem(middle));
        attach(envelope(three));
        publisher.file("/middle", new ListBuilder(root.chain().getFirst(), 1, NOW).signedBy(root));
        assertThat(rig.verdict(IMAGE, at(VerificationLevel.STRICT)).digest()).isEqualTo(image);

        publisher.file(
                "/middle",
                new ListBuilder(root.chain().getFirst(), 2, NOW)
                        .revoked(middle, 2, NOW.minusSeconds(60))
                        .signedBy(root));
        assertThat(rig.restarted().refusal(IMAGE, at(VerificationLevel.STRICT)).reason())
                .isEqualTo(Reason.REVOKED);
    }

    /** A timestamp before the key was stolen saves the signature; one after it does not. */
    @Test
    void anAuthenticTimeIsHeldAgainstTheTrouble() {
        NotationSigner authority = authority();
        rig.root("default", signer.rootPem(), "tsCert: " + NotationRig.quoted(authority.rootPem()));
        Instant stamped = NOW.minusSeconds(3600);
        attach(stamped(envelope(signer), authority, stamped));
        RuleOptions options = NotationRig.options("default", VerificationLevel.STRICT, VerifyTimestamp.ALWAYS);

        X509Certificate leaf = signer.chain().getFirst();
        publisher.file(
                "/list", list().revoked(leaf, NOW, stamped.plusSeconds(1)).signedBy(signer.issuer()));
        assertThat(rig.verdict(IMAGE, options).digest()).isEqualTo(image);

        publisher.file("/list", list().revoked(leaf, NOW, stamped).signedBy(signer.issuer()));
        assertThat(rig.restarted().refusal(IMAGE, options).reason()).isEqualTo(Reason.REVOKED);
    }

    @Test
    void aRevokedTimestampAuthorityVouchesForNothing() {
        NotationSigner authority = authority(NotationSigner.crlAt(publisher.address("/tsa")));
        NotationSigner plain = NotationSigner.create("CN=plain");
        rig.root("default", plain.rootPem(), "tsCert: " + NotationRig.quoted(authority.rootPem()));
        attach(stamped(envelope(plain), authority, NOW.minusSeconds(60)));
        RuleOptions options = NotationRig.options("default", VerificationLevel.STRICT, VerifyTimestamp.ALWAYS);

        ListBuilder list = new ListBuilder(authority.chain().getLast(), 1, NOW);
        publisher.file("/tsa", list.signedBy(authority.issuer()));
        assertThat(rig.verdict(IMAGE, options).digest()).isEqualTo(image);

        publisher.file(
                "/tsa", list.revoked(authority.chain().getFirst(), 1, NOW).signedBy(authority.issuer()));
        ValidationException refusal = rig.restarted().refusal(IMAGE, options);
        assertThat(refusal.reason()).isEqualTo(Reason.REVOKED);
        assertThat(refusal).hasMessageContaining("of the timestamp authority, certificate \"CN=tsa\" was revoked");
    }

    private static NotationSigner authority(Part... more) {
        Part stamps = Part.of(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
        Part[] parts = new Part[more.length + 2];
        parts[0] = SIGNS;
        parts[1] = stamps;
        System.arraycopy(more, 0, parts, 2, more.length);
        return NotationSigner.of(Certificate.publisher("CN=tsa root"), Certificate.of("CN=tsa", parts));
    }

    private static JsonObject stamped(JsonObject jws, NotationSigner authority, Instant at) {
        byte[] signature = Base64.getUrlDecoder().decode(jws.getString("signature"));
        String token = Base64.getEncoder().encodeToString(TestTimestamps.token(authority, signature, at));
        return Json.createObjectBuilder(jws)
                .add(
                        "header",
                        Json.createObjectBuilder(jws.getJsonObject("header"))
                                .add("io.cncf.notary.timestampSignature", token))
                .build();
    }
}

package dev.connaisseur.validator.notation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.policy.RuleOptions.VerificationLevel;
import dev.connaisseur.policy.RuleOptions.VerifyTimestamp;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.NotationSigner.Part;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.Verdict;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trust roots, levels, times and lists, with images signed by keys of this test. */
class NotationValidatorTest {
    private static final String REPOSITORY = "team/app";
    private static final String IMAGE = REPOSITORY + ":v1";
    private static final NotationSigner SIGNER = NotationSigner.create("C=DE,ST=BE,O=acme,CN=signer");
    private static final NotationSigner STRANGER = NotationSigner.create("C=DE,ST=BE,O=evil,CN=signer");
    private static final Instant NOW = NotationSigner.NOW;
    private static final Part SIGNS = Part.keyUsage(true, KeyUsage.digitalSignature);

    private NotationRig rig = NotationRig.of(EmbeddedRegistry.open());
    private Digest image = TestImage.push(rig.registry, REPOSITORY, "v1", "app");

    @AfterEach
    void close() {
        rig.close();
    }

    private void attach(NotationSigner signer) {
        attach(signer, signer.header().build());
    }

    private void attach(NotationSigner signer, JsonObject header) {
        String payload = NotationSigner.payload(TestImage.MANIFEST, image, rig.registry.bytes(image).length);
        byte[] envelope = signer.jws(header, payload).toString().getBytes(StandardCharsets.UTF_8);
        NotationSigner.attach(rig.registry, REPOSITORY, image, envelope);
    }

    private static JsonObject expiring(NotationSigner signer, Instant end) {
        return Json.createObjectBuilder(signer.header().build())
                .add("io.cncf.notary.expiry", end.toString())
                .add("crit", Json.createArrayBuilder(List.of("io.cncf.notary.signingScheme", "io.cncf.notary.expiry")))
                .build();
    }

    @Test
    void allTrustRootsAreTriedAndNamed() {
        rig.root("evil", STRANGER.rootPem()).root("acme", SIGNER.rootPem());
        attach(SIGNER);

        assertThat(rig.verdict(IMAGE, NotationRig.by("*"))).isEqualTo(new Verdict.Signed(image, List.of("acme")));
        assertThat(rig.verdict(REPOSITORY + "@" + image, NotationRig.by("acme")))
                .isEqualTo(new Verdict.Signed(image, List.of("acme")));
        assertThat(rig.refusal(IMAGE, NotationRig.by("evil")).reason()).isEqualTo(Reason.UNTRUSTED_SIGNER);
    }

    @Test
    void everySignatureLeavesATrail() {
        rig.root("acme", SIGNER.rootPem());
        attach(SIGNER);
        attach(STRANGER);

        assertThat(rig.looks(IMAGE, NotationRig.by("acme")))
                .hasSize(2)
                .allSatisfy(look -> assertThat(look).startsWith("referrer sha256:"))
                .anySatisfy(look -> assertThat(look).contains(" |  | signature is not produced by a trusted signer"))
                .anySatisfy(look -> assertThat(look).endsWith(" | acme | a signature counts"));
    }

    @Test
    void everyCertificateOfATrustRootCounts() {
        rig.root("default", STRANGER.rootPem() + SIGNER.rootPem());
        attach(SIGNER);

        assertThat(rig.verdict(IMAGE, NotationRig.by("default")).digest()).isEqualTo(image);
    }

    @Test
    void anIntermediateMayBeTrustedAlone() {
        rig.root("default", NotationSigner.pem(SIGNER.chain().get(1)));
        attach(SIGNER);

        assertThat(rig.verdict(IMAGE, NotationRig.by("default")).digest()).isEqualTo(image);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cert", "tsCert"})
    void aSignersOwnCertificateIsNoTrustRoot(String key) {
        String leaf = NotationSigner.pem(SIGNER.chain().getFirst());
        if (key.equals("cert")) {
            rig.root("default", leaf);
        } else {
            rig.root("default", SIGNER.rootPem(), "tsCert: " + NotationRig.quoted(leaf));
        }

        assertThat(rig.errors())
                .singleElement()
                .hasToString(rig.errors().getFirst().toString())
                .extracting(Object::toString)
                .asString()
                .contains(
                        key.equals("cert")
                                ? "neither one of an authority nor self-signed"
                                : "not the root of a timestamp authority");
    }

    @Test
    void aSelfSignedSignersCertificateIsATrustRoot() {
        NotationSigner alone = NotationSigner.of(Certificate.leaf("CN=alone"));
        rig.root("default", alone.rootPem());
        attach(alone);

        assertThat(rig.verdict(IMAGE, NotationRig.by("default")).digest()).isEqualTo(image);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "x509.subject: C=DE, ST=BE, O=acme | true",
                "x509.subject: C=DE, ST=BE, O=acme, CN=signer | true",
                "x509.subject: C=DE, ST=BE, O=acme, CN=another | false",
                "x509.subject: C=DE, ST=BE, O=evil | false",
                "* | true",
            })
    void identitiesAreCompared(String identity, boolean trusted) {
        rig.root("default", SIGNER.rootPem(), "trustedIdentities: [\"" + identity + "\"]");
        attach(SIGNER);

        if (trusted) {
            assertThat(rig.verdict(IMAGE, NotationRig.by("default")).digest()).isEqualTo(image);
        } else {
            assertThat(rig.refusal(IMAGE, NotationRig.by("default")).reason()).isEqualTo(Reason.IDENTITY);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "trustedIdentities: []",
                "trustedIdentities: [\"*\", \"x509.subject: C=DE, ST=BE, O=acme\"]",
                "trustedIdentities: [\"x509.subject: C=DE, ST=BE, O=acme\", \"x509.subject: C=DE, ST=BE, O=acme, CN=a\"]",
                "trustedIdentities: [\"x509.subject: C=DE, O=acme\"]",
                "store: tsa",
                "tsCert: rubbish",
                "unknown: 1",
            })
    void wrongTrustRootsAreReported(String line) {
        assertThat(rig.root("default", SIGNER.rootPem()).errors()).isEmpty();

        assertThat(rig.root("default", SIGNER.rootPem(), line).errors()).hasSize(1);
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(Reason.EXPIRED, SIGNER, expiring(SIGNER, NOW), true, true),
                Arguments.of(
                        Reason.EXPIRED,
                        NotationSigner.of(
                                Certificate.root("CN=root"),
                                Certificate.leaf("CN=old").valid(NOW.minusSeconds(900), NOW.minusSeconds(1))),
                        null,
                        true,
                        true),
                Arguments.of(
                        Reason.EXPIRED,
                        NotationSigner.of(
                                Certificate.root("CN=root"),
                                Certificate.authority("CN=old").valid(NOW.minusSeconds(900), NOW.minusSeconds(1)),
                                Certificate.leaf("CN=leaf")),
                        null,
                        true,
                        true),
                Arguments.of(
                        Reason.CERTIFICATE,
                        NotationSigner.of(
                                Certificate.root("CN=root"),
                                Certificate.leaf("CN=young").valid(NOW.plusSeconds(1), NOW.plusSeconds(900))),
                        null,
                        true,
                        true),
                Arguments.of(
                        Reason.INCONCLUSIVE,
                        NotationSigner.of(Certificate.root("CN=root"), Certificate.of("CN=leaf", SIGNS, crl())),
                        null,
                        true,
                        true),
                Arguments.of(
                        Reason.INCONCLUSIVE,
                        NotationSigner.of(Certificate.root("CN=root"), Certificate.of("CN=leaf", SIGNS, ocsp())),
                        null,
                        true,
                        true),
                Arguments.of(Reason.UNTRUSTED_SIGNER, STRANGER, null, false, true),
                Arguments.of(
                        Reason.CERTIFICATE,
                        NotationSigner.of(
                                Certificate.root("CN=root"),
                                Certificate.of("CN=leaf", SIGNS, Part.authority(true, -1))),
                        null,
                        false,
                        false));
    }

    private static Part crl() {
        GeneralName name = new GeneralName(GeneralName.uniformResourceIdentifier, "http://localhost:1/ca.crl");
        return Part.of(Extension.cRLDistributionPoints, false, new CRLDistPoint(new DistributionPoint[] {
            new DistributionPoint(new DistributionPointName(new GeneralNames(name)), null, null)
        }));
    }

    private static Part ocsp() {
        GeneralName name = new GeneralName(GeneralName.uniformResourceIdentifier, "http://localhost:1");
        return Part.of(
                Extension.authorityInfoAccess,
                false,
                new AuthorityInformationAccess(AccessDescription.id_ad_ocsp, name));
    }

    @ParameterizedTest(name = "{index} {0}: permissive {3}, audit {4}")
    @MethodSource("broken")
    void levelsEnforceWhatTheirTableSays(
            Reason reason,
            NotationSigner signer,
            @org.jspecify.annotations.Nullable JsonObject header,
            boolean permissive,
            boolean audit) {
        rig.root("default", signer == STRANGER ? SIGNER.rootPem() : signer.rootPem());
        attach(signer, header == null ? signer.header().build() : header);

        assertThat(rig.refusal(IMAGE, level(VerificationLevel.STRICT)).reason()).isEqualTo(reason);
        expect(permissive, VerificationLevel.PERMISSIVE, reason);
        expect(audit, VerificationLevel.AUDIT, reason);
    }

    private void expect(boolean admitted, VerificationLevel level, Reason otherwise) {
        if (admitted) {
            Verdict.Signed verdict = rig.verdict(IMAGE, level(level));
            assertThat(verdict.digest()).isEqualTo(image);
            assertThat(verdict.warnings())
                    .singleElement()
                    .asString()
                    .startsWith(rig.registry.host() + "/" + IMAGE + " is admitted though ")
                    .contains(
                            ": verification level " + level.name().toLowerCase(Locale.ROOT) + " only logs the check ");
        } else {
            assertThat(rig.refusal(IMAGE, level(level)).reason()).isEqualTo(otherwise);
        }
    }

    private static dev.connaisseur.policy.RuleOptions level(VerificationLevel level) {
        return NotationRig.options("default", level);
    }

    @Test
    void auditStillDemandsASignatureOfThisImage() {
        rig.root("default", SIGNER.rootPem());

        assertThat(rig.refusal(IMAGE, level(VerificationLevel.AUDIT)).reason()).isEqualTo(Reason.NO_SIGNATURE);
    }

    @Test
    void aSignatureCountsUpToItsExpiry() {
        rig.root("default", SIGNER.rootPem());
        attach(SIGNER, expiring(SIGNER, NOW));

        rig.at(NOW.minusMillis(1));
        assertThat(rig.verdict(IMAGE, NotationRig.by("default")).digest()).isEqualTo(image);
        rig.at(NOW);
        assertThat(rig.refusal(IMAGE, NotationRig.by("default"))).hasMessageContaining("has expired on " + NOW);
    }

    @Test
    void aCertificateCountsInBothBoundsOfItsValidity() {
        Instant begin = NOW.minusSeconds(86_400);
        NotationSigner signer = NotationSigner.of(
                Certificate.root("CN=root"), Certificate.leaf("CN=leaf").valid(begin, NOW));
        rig.root("default", signer.rootPem());
        attach(signer);

        assertThat(rig.at(begin).verdict(IMAGE, NotationRig.by("default")).digest())
                .isEqualTo(image);
        assertThat(rig.at(NOW).verdict(IMAGE, NotationRig.by("default")).digest())
                .isEqualTo(image);
        assertThat(rig.at(NOW.plusSeconds(1))
                        .refusal(IMAGE, NotationRig.by("default"))
                        .reason())
                .isEqualTo(Reason.EXPIRED);
        assertThat(rig.at(begin.minusSeconds(1))
                        .refusal(IMAGE, NotationRig.by("default"))
                        .reason())
                .isEqualTo(Reason.CERTIFICATE);
    }

    @Test
    void whereTimestampsAreDemandedOneMustBeThere() {
        String authority = NotationSigner.create("CN=tsa").rootPem();
        rig.root("default", SIGNER.rootPem(), "tsCert: " + NotationRig.quoted(authority));
        attach(SIGNER);

        assertThat(rig.refusal(IMAGE, timestamp(VerifyTimestamp.ALWAYS)))
                .hasMessageContaining("no timestamp countersignature was found in the signature envelope")
                .extracting("reason")
                .isEqualTo(Reason.TIMESTAMP);
        assertThat(rig.verdict(IMAGE, timestamp(VerifyTimestamp.AFTER_CERT_EXPIRY))
                        .digest())
                .isEqualTo(image);
        rig.at(NOW.plusSeconds(40 * 86_400L));
        assertThat(rig.refusal(IMAGE, timestamp(VerifyTimestamp.AFTER_CERT_EXPIRY))
                        .reason())
                .isEqualTo(Reason.TIMESTAMP);
    }

    private static dev.connaisseur.policy.RuleOptions timestamp(VerifyTimestamp when) {
        return NotationRig.options("default", VerificationLevel.STRICT, when);
    }

    @Test
    void signaturesAreFoundByTheReferrersApiToo() {
        rig.close();
        rig = NotationRig.of(EmbeddedRegistry.open(EmbeddedRegistry.Options.PLAIN.withReferrersApi(10)));
        image = TestImage.push(rig.registry, REPOSITORY, "v1", "app");
        rig.root("default", SIGNER.rootPem());
        attach(SIGNER);
        for (int i = 0; i < 50; i++) {
            attach(STRANGER, STRANGER.header().add("number", i).build());
        }
        rig.registry.untag(REPOSITORY, "sha256-" + image.hex());

        assertThat(rig.verdict(IMAGE, NotationRig.by("default")).digest()).isEqualTo(image);
    }

    @Test
    void moreSignaturesThanTheLimitAreNotLookedAt() {
        rig.root("default", SIGNER.rootPem());
        attach(SIGNER);
        for (int i = 0; i < Candidates.MOST; i++) {
            attach(STRANGER, STRANGER.header().add("number", i).build());
        }

        assertThat(rig.refusal(IMAGE, NotationRig.by("default")))
                .hasMessageContaining("The configured limit of 100 signatures to verify per artifact exceeded")
                .extracting("reason")
                .isEqualTo(Reason.UNTRUSTED_SIGNER);
    }

    @Test
    void aSignatureIsOnlyGoodForItsOwnImage() {
        rig.root("default", SIGNER.rootPem());
        attach(SIGNER);
        Digest other = TestImage.push(rig.registry, REPOSITORY, "v2", "another");
        String payload = NotationSigner.payload(TestImage.MANIFEST, image, rig.registry.bytes(image).length);
        NotationSigner.attach(
                rig.registry,
                REPOSITORY,
                other,
                SIGNER.jws(SIGNER.header().build(), payload).toString().getBytes(StandardCharsets.UTF_8));

        assertThat(rig.verdict(IMAGE, NotationRig.by("default")).digest()).isEqualTo(image);
        assertThat(rig.refusal(REPOSITORY + ":v2", NotationRig.by("default")).reason())
                .isEqualTo(Reason.OTHER_IMAGE);
    }
}

package dev.connaisseur.validator.notation.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.Loopback;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.NotationSigner.Part;
import dev.connaisseur.testing.TestPublisher;
import dev.connaisseur.testing.TestPublisher.ListBuilder;
import dev.connaisseur.testing.TestPublisher.Responder;
import dev.connaisseur.testing.TestPublisher.Responder.Nonce;
import dev.connaisseur.validator.notation.revocation.RevocationStatus.Good;
import dev.connaisseur.validator.notation.revocation.RevocationStatus.Revoked;
import dev.connaisseur.validator.notation.revocation.RevocationStatus.Unknown;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A responder and lists of this test's own authorities, on this machine. */
class RevocationChecksTest {
    private static final Instant NOW = NotationSigner.NOW;
    private static final CertificateStatus REVOKED =
            new RevokedStatus(Date.from(NOW.minusSeconds(600)), CRLReason.keyCompromise);
    private static final Part SIGNS = Part.keyUsage(true, KeyUsage.digitalSignature);

    private final TestPublisher publisher = TestPublisher.open();
    private final HttpTransport transport = Loopback.transport();
    private Instant now = NOW;
    private final RevocationChecks checks = new RevocationChecks(transport, new Lookups(), () -> now);
    private final NotationSigner byOcsp = signer(NotationSigner.ocspAt(publisher.address("/ocsp")));
    private final NotationSigner byList = signer(NotationSigner.crlAt(publisher.address("/list")));

    @AfterEach
    void close() {
        publisher.close();
        transport.close();
    }

    private static NotationSigner signer(Part... where) {
        Part[] parts = new Part[where.length + 1];
        parts[0] = SIGNS;
        System.arraycopy(where, 0, parts, 1, where.length);
        return NotationSigner.of(
                Certificate.publisher("CN=root"), Certificate.publisher("CN=issuer"), Certificate.of("CN=leaf", parts));
    }

    private RevocationStatus status(NotationSigner signer) {
        return status(signer, Optional.empty());
    }

    private RevocationStatus status(NotationSigner signer, Optional<Instant> signed) {
        return checks.of(signer.chain(), () -> signed, Deadline.after(Duration.ofSeconds(30)));
    }

    private String unknown(NotationSigner signer) {
        assertThat(status(signer)).isInstanceOf(Unknown.class);
        return ((Unknown) status(signer)).text();
    }

    private static Responder says(NotationSigner signer, @org.jspecify.annotations.Nullable CertificateStatus status) {
        return Responder.of(signer.issuer().key(), status, NOW);
    }

    private static ListBuilder list(NotationSigner signer, long number) {
        return new ListBuilder(signer.chain().get(1), number, NOW);
    }

    private void publish(ListBuilder list) {
        publisher.file("/list", list.signedBy(byList.issuer()));
    }

    private X509Certificate leaf() {
        return byList.chain().getFirst();
    }

    @Test
    void whatNamesNoPublisherCannotBeRevoked() {
        assertThat(status(signer())).isEqualTo(new Good());
        assertThat(publisher.requests()).isEmpty();
    }

    @Test
    void whatNamesOnlyOtherPlacesCannotBeChecked() {
        assertThat(unknown(signer(NotationSigner.crlAt("ldap://localhost/cn=list"))))
                .contains("names no OCSP responder or revocation list that can be asked");
    }

    @Test
    void ocspGood() {
        publisher.responder("/ocsp", says(byOcsp, null));
        assertThat(status(byOcsp)).isEqualTo(new Good());
        assertThat(publisher.requests()).containsExactly("POST /ocsp");
    }

    @Test
    void ocspRevoked() {
        publisher.responder("/ocsp", says(byOcsp, REVOKED));
        assertThat(status(byOcsp))
                .isEqualTo(new Revoked("certificate \"CN=leaf\" was revoked on " + NOW.minusSeconds(600)));
    }

    @Test
    void ocspUnknown() {
        publisher.responder("/ocsp", says(byOcsp, new UnknownStatus()));
        assertThat(unknown(byOcsp))
                .isEqualTo("the revocation of certificate \"CN=leaf\" could not be checked: the OCSP responder does not"
                        + " know the certificate");
    }

    @Test
    void ocspSilent() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        publisher.on("/ocsp", exchange -> await(end));
        long begun = System.nanoTime();
        assertThat(unknown(byOcsp)).contains("did not answer within 2 s");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        end.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void ocspOfAResponderWithoutAnswer() throws OCSPException, java.io.IOException {
        byte[] later = new OCSPRespBuilder().build(OCSPResp.TRY_LATER, null).getEncoded();
        publisher.file("/ocsp", later);
        assertThat(unknown(byOcsp)).contains("the OCSP responder gives no answer, its status is 3");
    }

    static List<byte[]> rubbish() {
        return List.of(
                new byte[0],
                new byte[] {0x30, 0x03, 0x0a, 0x01},
                "no DER".getBytes(StandardCharsets.US_ASCII),
                new byte[100_000]);
    }

    @ParameterizedTest
    @MethodSource("rubbish")
    void rubbishTellsNothing(byte[] content) {
        publisher.file("/ocsp", content);
        publisher.file("/list", content);
        assertThat(status(byOcsp)).isInstanceOf(Unknown.class);
        assertThat(status(byList)).isInstanceOf(Unknown.class);
    }

    @Test
    void anAnswerMustBeSignedByTheIssuer() {
        publisher.responder("/ocsp", says(byOcsp, null).by(signer().issuer().key()));
        assertThat(unknown(byOcsp))
                .contains("not signed by the certificate's issuer or a responder that it authorised");
    }

    private static Part purpose(KeyPurposeId purpose) {
        return Part.of(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
    }

    private static Part noCheck() {
        return Part.of(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
    }

    private RevocationStatus delegated(NotationSigner responder) {
        publisher.responder(
                "/ocsp",
                says(byOcsp, null).by(responder.key(), responder.chain().getFirst()));
        return status(byOcsp);
    }

    @Test
    void aResponderMustBeAuthorisedByTheIssuerForThis() {
        Part signing = purpose(KeyPurposeId.id_kp_OCSPSigning);
        assertThat(delegated(byOcsp.issuer().issuing(Certificate.of("CN=r", SIGNS, signing, noCheck()))))
                .isEqualTo(new Good());
    }

    @Test
    void anotherCertificateOfTheIssuerIsNoResponder() {
        assertThat(delegated(byOcsp.issuer().issuing(Certificate.of("CN=r", SIGNS, noCheck()))))
                .isInstanceOf(Unknown.class);
    }

    @Test
    void aResponderForOtherPurposesIsNone() {
        Part signing = purpose(KeyPurposeId.id_kp_codeSigning);
        assertThat(delegated(byOcsp.issuer().issuing(Certificate.of("CN=r", SIGNS, signing, noCheck()))))
                .isInstanceOf(Unknown.class);
    }

    @Test
    void aResponderOfAnotherAuthorityIsNone() {
        Part signing = purpose(KeyPurposeId.id_kp_OCSPSigning);
        assertThat(delegated(signer().issuer().issuing(Certificate.of("CN=r", SIGNS, signing, noCheck()))))
                .isInstanceOf(Unknown.class);
    }

    @Test
    void aResponderWhoseCertificateHasExpiredIsNone() {
        Part signing = purpose(KeyPurposeId.id_kp_OCSPSigning);
        assertThat(delegated(byOcsp.issuer()
                        .issuing(Certificate.of("CN=r", SIGNS, signing, noCheck())
                                .valid(NOW.minusSeconds(900), NOW.minusSeconds(1)))))
                .isInstanceOf(Unknown.class);
    }

    /** A responder that may be revoked must not have been. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResponderThatMayBeRevokedIsLookedUp(boolean revoked) {
        Part signing = purpose(KeyPurposeId.id_kp_OCSPSigning);
        Part where = NotationSigner.crlAt(publisher.address("/responders"));
        NotationSigner responder = byOcsp.issuer().issuing(Certificate.of("CN=r", SIGNS, signing, where));
        ListBuilder list = list(byOcsp, 1);
        if (revoked) {
            list.revoked(responder.chain().getFirst(), CRLReason.keyCompromise, NOW.minusSeconds(60));
        }
        publisher.file("/responders", list.signedBy(byOcsp.issuer()));
        RevocationStatus status = delegated(responder);
        if (revoked) {
            assertThat(status)
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            u -> assertThat(u.text()).contains("responder's own certificate was revoked"));
        } else {
            assertThat(status).isEqualTo(new Good());
        }
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource({
        "-60, 60, true",
        "-60, 0, true",
        "-60, -1, false",
        "300, 600, true",
        "301, 600, false",
        "-60, , true",
        "-301, , false",
    })
    void anAnswerCountsInItsTime(int from, @org.jspecify.annotations.Nullable Integer to, boolean good) {
        publisher.responder(
                "/ocsp", says(byOcsp, null).between(NOW.plusSeconds(from), to == null ? null : NOW.plusSeconds(to)));
        assertThat(status(byOcsp)).isInstanceOf(good ? Good.class : Unknown.class);
    }

    @ParameterizedTest
    @EnumSource(Nonce.class)
    void anAnswerMustNotBeToAnotherRequest(Nonce nonce) {
        publisher.responder("/ocsp", says(byOcsp, null).with(nonce));
        assertThat(status(byOcsp)).isInstanceOf(nonce == Nonce.ANOTHER ? Unknown.class : Good.class);
    }

    @Test
    void anAnswerMustBeAboutTheCertificate() {
        publisher.responder("/ocsp", says(byOcsp, null).about(BigInteger.TEN.pow(9)));
        assertThat(unknown(byOcsp)).contains("is about another certificate");
    }

    @Test
    void anAnswerIsKeptForAWhile() {
        publisher.responder("/ocsp", says(byOcsp, null));
        assertThat(status(byOcsp)).isEqualTo(new Good());
        publisher.responder("/ocsp", says(byOcsp, REVOKED));
        assertThat(status(byOcsp)).isEqualTo(new Good());
        assertThat(publisher.requests()).hasSize(1);

        now = NOW.plusSeconds(3601);
        publisher.responder("/ocsp", says(byOcsp, REVOKED).between(now.minusSeconds(1), now.plusSeconds(1)));
        assertThat(status(byOcsp)).isInstanceOf(Revoked.class);
    }

    @Test
    void whereOcspDoesNotHelpTheListDoes() {
        NotationSigner both = signer(
                NotationSigner.ocspAt(publisher.address("/ocsp")), NotationSigner.crlAt(publisher.address("/list")));
        publisher.on("/ocsp", exchange -> Answer.of(404, "").send(exchange));
        publisher.file("/list", list(both, 1).signedBy(both.issuer()));
        assertThat(status(both)).isEqualTo(new Good());
        assertThat(publisher.requests()).containsExactly("POST /ocsp", "GET /list");
    }

    @Test
    void whereOcspAnswersTheListIsNotFetched() {
        NotationSigner both = signer(
                NotationSigner.ocspAt(publisher.address("/ocsp")), NotationSigner.crlAt(publisher.address("/list")));
        publisher.responder("/ocsp", says(both, REVOKED));
        publisher.file("/list", list(both, 1).signedBy(both.issuer()));
        assertThat(status(both)).isInstanceOf(Revoked.class);
        assertThat(publisher.requests()).containsExactly("POST /ocsp");
    }

    @Test
    void allRespondersAreTried() {
        NotationSigner two = signer(NotationSigner.ocspAt(publisher.address("/none"), publisher.address("/ocsp")));
        publisher.responder("/ocsp", says(two, null));
        assertThat(status(two)).isEqualTo(new Good());
    }

    @Test
    void listGood() {
        publish(list(byList, 1).others(3, NOW.minusSeconds(60)));
        assertThat(status(byList)).isEqualTo(new Good());
        assertThat(status(byList)).isEqualTo(new Good());
        assertThat(publisher.requests()).containsExactly("GET /list");
    }

    @Test
    void theEndOfTheListsThatAreInUseIsShown() {
        assertThat(checks.expiries()).isEmpty();
        publish(new ListBuilder(byList.chain().get(1), 1, NOW.minusSeconds(60), NOW.plusSeconds(60)));
        assertThat(status(byList)).isEqualTo(new Good());
        assertThat(checks.expiries()).singleElement().satisfies(end -> {
            assertThat(end.kind()).isEqualTo("crl");
            assertThat(end.name()).matches("[0-9a-f]{16}");
            assertThat(end.at()).isEqualTo(NOW.plusSeconds(60));
        });
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, true", "6, true", "8, false"})
    void listRevoked(int reason, boolean revoked) {
        publish(list(byList, 1).others(3, NOW.minusSeconds(60)).revoked(leaf(), reason, NOW.minusSeconds(60)));
        assertThat(status(byList)).isInstanceOf(revoked ? Revoked.class : Good.class);
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource({"-60, 60, true", "-60, 0, true", "-60, -1, false", "300, 600, true", "301, 600, false"})
    void aListCountsInItsTime(int from, int to, boolean good) {
        publish(new ListBuilder(byList.chain().get(1), 1, NOW.plusSeconds(from), NOW.plusSeconds(to)));
        assertThat(status(byList)).isInstanceOf(good ? Good.class : Unknown.class);
    }

    @Test
    void whatAnOldListCallsRevokedStaysSo() {
        publish(new ListBuilder(byList.chain().get(1), 1, NOW.minusSeconds(60), NOW.minusSeconds(1))
                .revoked(leaf(), 1, NOW.minusSeconds(90)));
        assertThat(status(byList)).isInstanceOf(Revoked.class);
    }

    @Test
    void anEndlessListIsBrokenOff() {
        publisher.on("/list", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] piece = new byte[1 << 16];
            for (int i = 0; i < 100_000; i++) {
                exchange.getResponseBody().write(piece);
            }
        });
        assertThat(unknown(byList)).contains("localhost");
    }

    @Test
    void aListOfAnotherIssuerTellsNothing() {
        NotationSigner other = signer();
        publisher.file("/list", list(byList, 1).signedBy(other.issuer()));
        assertThat(unknown(byList)).contains("not signed by the certificate's issuer");
    }

    @Test
    void anIssuerThatMayNotSignListsSignsNone() {
        NotationSigner signer = NotationSigner.of(
                Certificate.root("CN=root"),
                Certificate.of("CN=leaf", SIGNS, NotationSigner.crlAt(publisher.address("/list"))));
        publisher.file("/list", new ListBuilder(signer.chain().get(1), 1, NOW).signedBy(signer.issuer()));
        assertThat(unknown(signer)).contains("not signed by the certificate's issuer");
    }

    private IssuingDistributionPoint scope(String address, boolean user, boolean authorities, boolean indirect) {
        DistributionPointName name = new DistributionPointName(
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, publisher.address(address))));
        return new IssuingDistributionPoint(name, user, authorities, null, indirect, false);
    }

    @ParameterizedTest(name = "list of {0}, users {1}, authorities {2}, indirect {3}: {4}")
    @CsvSource({
        "/list, false, false, false, true",
        "/list, true, false, false, true",
        "/list, false, true, false, false",
        "/list, false, false, true, false",
        "/other, false, false, false, false",
    })
    void aListIsGoodForItsScope(String of, boolean user, boolean authorities, boolean indirect, boolean good) {
        publish(list(byList, 1)
                .extension(Extension.issuingDistributionPoint, true, scope(of, user, authorities, indirect)));
        assertThat(status(byList)).isInstanceOf(good ? Good.class : Unknown.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anUnknownCriticalExtensionMakesAListUseless(boolean critical) {
        publish(list(byList, 1)
                .extension(new org.bouncycastle.asn1.ASN1ObjectIdentifier("1.2.3.4"), critical, DERNull.INSTANCE));
        assertThat(status(byList)).isInstanceOf(critical ? Unknown.class : Good.class);
    }

    @Test
    void changesAloneAreNoList() {
        publish(list(byList, 2).changesSince(1));
        assertThat(unknown(byList)).contains("not one for this certificate");
    }

    @ParameterizedTest(name = "base {0} with changes {1} since {2}, entry {3}/{4}: {5}")
    @CsvSource({
        "5, 6, 5, -1, -1, Good",
        "5, 5, 4, -1, -1, Good",
        "5, 6, 5, -1, 1, Revoked",
        "5, 6, 5, 6, 8, Good",
        "5, 6, 5, 6, -1, Revoked",
        "5, 6, 6, -1, -1, Unknown",
        "5, 4, 3, -1, -1, Unknown",
    })
    void changesAreReadWithTheirList(int base, int number, int since, int reason, int change, String expected) {
        ListBuilder list = list(byList, base).changesAt(publisher.address("/changes"));
        if (reason >= 0) {
            list.revoked(leaf(), reason, NOW.minusSeconds(60));
        }
        publish(list);
        ListBuilder changes = list(byList, number).changesSince(since);
        if (change >= 0) {
            changes.revoked(leaf(), change, NOW.minusSeconds(30));
        }
        publisher.file("/changes", changes.signedBy(byList.issuer()));
        assertThat(status(byList).getClass().getSimpleName()).isEqualTo(expected);
    }

    @Test
    void withoutItsChangesAListIsNotEnough() {
        publish(list(byList, 5).changesAt(publisher.address("/nowhere")));
        assertThat(unknown(byList)).contains("the revocation list has changed since, but");
    }

    @ParameterizedTest(name = "signed {0} s after the trouble: counts {1}")
    @CsvSource({"-1, true", "0, false", "1, false"})
    void aSignatureOlderThanTheTroubleCounts(int seconds, boolean good) {
        Instant trouble = NOW.minusSeconds(600);
        publish(list(byList, 1).revoked(leaf(), NOW.minusSeconds(60), trouble));
        assertThat(status(byList, Optional.of(trouble.plusSeconds(seconds))))
                .isInstanceOf(good ? Good.class : Revoked.class);
        assertThat(status(byList)).isInstanceOf(Revoked.class);
    }

    @Test
    void theIntermediateIsAskedForToo() {
        NotationSigner signer = NotationSigner.of(
                Certificate.publisher("CN=root"),
                Certificate.publisher("CN=middle", NotationSigner.crlAt(publisher.address("/list"))),
                Certificate.leaf("CN=leaf"));
        NotationSigner root = signer.issuer().issuer();
        ListBuilder list = new ListBuilder(root.chain().getFirst(), 1, NOW);
        publisher.file("/list", list.signedBy(root));
        assertThat(status(signer)).isEqualTo(new Good());

        publisher.file(
                "/list",
                new ListBuilder(root.chain().getFirst(), 2, NOW)
                        .revoked(signer.chain().get(1), 2, NOW.minusSeconds(9))
                        .signedBy(root));
        now = NOW.plusSeconds(3600);
        assertThat(status(signer)).isEqualTo(new Good());
        now = NOW.plusSeconds(3601);
        assertThat(status(signer))
                .isInstanceOfSatisfying(Revoked.class, r -> assertThat(r.text()).contains("\"CN=middle\" was revoked"));
    }

    /** Twenty admissions at once fetch one list. */
    @Test
    void whatEverybodyWantsIsFetchedOnce() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        byte[] content = list(byList, 1).signedBy(byList.issuer());
        publisher.on("/list", exchange -> {
            await(asked);
            new Answer(200, Map.of(), content).send(exchange);
        });
        List<FutureTask<RevocationStatus>> tasks = Collections.nCopies(20, 0).stream()
                .map(i -> new FutureTask<>(() -> status(byList)))
                .toList();
        tasks.forEach(Thread.ofVirtual()::start);
        asked.countDown();
        for (FutureTask<RevocationStatus> task : tasks) {
            assertThat(task.get()).isEqualTo(new Good());
        }
        assertThat(publisher.requests()).containsExactly("GET /list");
    }

    /** A list of a big authority: 100,000 entries, some 4 MB. */
    @Test
    void aLongListIsRead() {
        publish(list(byList, 1).others(100_000, NOW.minusSeconds(60)).revoked(leaf(), 1, NOW.minusSeconds(60)));
        assertThat(status(byList)).isInstanceOf(Revoked.class);
    }
}

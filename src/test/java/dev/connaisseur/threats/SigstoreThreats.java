package dev.connaisseur.threats;

import static java.util.Objects.requireNonNull;

import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.FulcioAuthority;
import dev.connaisseur.testing.FulcioLeaf;
import dev.connaisseur.testing.TestSigstore;
import dev.connaisseur.testing.TestSigstore.Signer;
import dev.connaisseur.threats.SigstoreScene.Deed;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.NameConstraints;

/** The deeds, by row of the catalogue of threats: what is admitted, and what differs from it in one thing. */
final class SigstoreThreats {
    private static final String BUNDLE = "dev.sigstore.cosign/bundle";
    private static final String CHAIN = "dev.sigstore.cosign/chain";
    private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
    private static final String BY_KEY = "verifyInTransparencyLog: false";
    private static final String ATTESTED = BY_KEY + ", requireSignature: false, attestations: [{predicateType: '"
            + SigstoreScene.TYPE + "', trustRoot: default}]";

    private SigstoreThreats() {}

    /**
     * One deed.
     *
     * @param roots the trust roots, YAML
     * @param with the rule's options, YAML
     * @param twin what is admitted
     */
    record Threat(
            int row,
            String what,
            Function<SigstoreScene, String> roots,
            String with,
            Deed twin,
            Deed deed,
            Set<String> reasons) {
        @Override
        public String toString() {
            return row + ": " + what;
        }
    }

    static Stream<Threat> all() {
        return Stream.of(payloads(), envelopes(), keys(), identities(), chains(), logs())
                .flatMap(all -> all);
    }

    private static Stream<Threat> payloads() {
        return Stream.of(
                key(
                        21,
                        "a payload for another repository",
                        BY_KEY + ", dockerReference: true",
                        s -> s.key.attach(
                                s.registry,
                                s.repository(),
                                s.image(),
                                CosignSigner.payload(s.reference() + "x", s.image())),
                        "OTHER_IMAGE"),
                key(
                        29,
                        "one of two keys signs twice",
                        "verifyInTransparencyLog: false, trustRoot: \"*\", threshold: 2",
                        s -> {
                            s.signKey();
                            s.second.sign(s.registry, s.repository(), s.image());
                        },
                        s -> {
                            s.signKey();
                            s.signKey();
                        },
                        "THRESHOLD"));
    }

    private static Stream<Threat> envelopes() {
        return Stream.of(
                attested(
                        24,
                        "a statement of another type",
                        s -> s.key.attest(
                                s.registry, s.repository(), s.image(), "https://acme.example/other", predicate()),
                        "ATTESTATION"),
                attested(
                        24,
                        "a statement of the right type by somebody else",
                        s -> s.second.attest(s.registry, s.repository(), s.image(), SigstoreScene.TYPE, predicate()),
                        "UNTRUSTED_SIGNER"),
                attested(25, "a payload that is no JSON", signed("not JSON"), "MALFORMED_SIGNATURE"),
                attested(25, "a payload that is no statement", signed("{}"), "MALFORMED_SIGNATURE"),
                attested(
                        25,
                        "a payload of another type",
                        s -> s.attachSigned("text/plain", s.statement(s.subject())),
                        "MALFORMED_SIGNATURE"),
                attested(25, "no subject", s -> s.attachSigned(PAYLOAD_TYPE, s.statement("")), "MALFORMED_SIGNATURE"),
                attested(
                        25,
                        "another digest algorithm",
                        s -> s.attachSigned(
                                PAYLOAD_TYPE, s.statement(s.subject().replace("sha256", "sha384"))),
                        "OTHER_IMAGE"),
                attested(
                        25,
                        "a payload that is not base64",
                        s -> s.attachEnvelope(envelope -> Json.createObjectBuilder(envelope)
                                .add("payload", "%%%")
                                .build()),
                        "MALFORMED_SIGNATURE"),
                attested(
                        26,
                        "a signature over the bare payload",
                        s -> s.attachEnvelope(envelope -> {
                            byte[] payload = Base64.getDecoder().decode(envelope.getString("payload"));
                            return resigned(envelope, s.key.signature(payload));
                        }),
                        "UNTRUSTED_SIGNER"),
                attested(
                        26,
                        "a payload type that was changed afterwards",
                        s -> s.attachEnvelope(envelope -> Json.createObjectBuilder(envelope)
                                .add("payloadType", PAYLOAD_TYPE + " ")
                                .build()),
                        "UNTRUSTED_SIGNER",
                        "MALFORMED_SIGNATURE"),
                attested(
                        26,
                        "a good signature and a bad one",
                        s -> s.attachEnvelope(envelope -> Json.createObjectBuilder(envelope)
                                .add(
                                        "signatures",
                                        Json.createArrayBuilder(envelope.getJsonArray("signatures"))
                                                .add(Json.createObjectBuilder()
                                                        .add("keyid", "")
                                                        .add("sig", "AAAA")))
                                .build()),
                        "MALFORMED_SIGNATURE"),
                attested(
                        26,
                        "base64 of another alphabet",
                        s -> s.attachEnvelope(envelope -> resigned(
                                envelope,
                                envelope.getJsonArray("signatures")
                                                .getJsonObject(0)
                                                .getString("sig")
                                                .replaceFirst("=*$", "")
                                        + "_-")),
                        "MALFORMED_SIGNATURE"),
                attested(
                        27,
                        "100,000 subjects",
                        s -> {
                            String many = (s.subject() + ",").repeat(100_000);
                            s.attachSigned(PAYLOAD_TYPE, s.statement(many.substring(0, many.length() - 1)));
                        },
                        "MALFORMED_SIGNATURE"),
                attested(
                        27,
                        "the right digest under another algorithm's name",
                        s -> s.attachSigned(
                                PAYLOAD_TYPE, s.statement(s.subject().replace("sha256", "SHA256"))),
                        "OTHER_IMAGE"));
    }

    private static Stream<Threat> keys() {
        return Stream.of(
                key(
                        34,
                        "a P-256 key that signed with SHA-384",
                        BY_KEY,
                        s -> s.attachByKey("SHA384withECDSA"),
                        "UNTRUSTED_SIGNER"),
                key(
                        34,
                        "a P-256 key that signed with SHA-512",
                        BY_KEY,
                        s -> s.attachByKey("SHA512withECDSA"),
                        "UNTRUSTED_SIGNER"));
    }

    private static Stream<Threat> identities() {
        String pattern = "subjectRegex: 'https://github.com/org/.*'";
        Deed right = s -> s.sign(s.sigstore.issue(s.leaf().named(FulcioLeaf.uri("https://github.com/org/x"))));
        return Stream.of(
                keyless(
                        36,
                        "a pattern inside a longer name",
                        pattern,
                        right,
                        named(FulcioLeaf.uri("https://evil.example/https://github.com/org/x")),
                        "IDENTITY"),
                keyless(
                        36,
                        "a neighbour of the organization",
                        pattern,
                        right,
                        named(FulcioLeaf.uri("https://github.com/org-evil/x")),
                        "IDENTITY"),
                keyless(
                        36,
                        "a dot that is no dot",
                        "subject: 'https://github.com/org/x'",
                        right,
                        named(FulcioLeaf.uri("https://githubXcom/org/x")),
                        "IDENTITY"),
                keyless(
                        38,
                        "the same text as an e-mail address",
                        "subject: 'https://github.com/org/x'",
                        right,
                        named(FulcioLeaf.email("https://github.com/org/x")),
                        "IDENTITY"),
                identity(38, "the same text as a DNS name", named(FulcioLeaf.dns(SigstoreScene.ALICE))),
                identity(38, "the same text as a user name", named(FulcioLeaf.user(SigstoreScene.ALICE))),
                identity(
                        38,
                        "two names one of which matches",
                        named(FulcioLeaf.email(SigstoreScene.ALICE), FulcioLeaf.email("mallory@evil.example"))),
                identity(
                        38,
                        "two names, the matching one last",
                        named(FulcioLeaf.email("mallory@evil.example"), FulcioLeaf.email(SigstoreScene.ALICE))),
                identity(38, "a zero byte after the name", named(FulcioLeaf.email(SigstoreScene.ALICE + "\0.evil"))),
                identity(38, "a line end after the name", named(FulcioLeaf.email(SigstoreScene.ALICE + "\n"))),
                identity(38, "a common name instead", named()),
                identity(
                        39,
                        "two issuers",
                        s -> s.sign(s.sigstore.issue(s.leaf().issuedBy(SigstoreScene.ISSUER, "https://evil.example")))),
                identity(
                        39,
                        "two issuers the other way round",
                        s -> s.sign(s.sigstore.issue(s.leaf().issuedBy("https://evil.example", SigstoreScene.ISSUER)))),
                keyless(
                        39,
                        "the issuer twice in the older extension",
                        "subject: " + SigstoreScene.ALICE,
                        SigstoreThreats::good,
                        twice("1", "https://evil.example".getBytes(StandardCharsets.UTF_8)),
                        "MALFORMED_SIGNATURE"),
                keyless(
                        39,
                        "the same issuer twice in the newer extension",
                        "subject: " + SigstoreScene.ALICE,
                        SigstoreThreats::good,
                        twice("8", utf8String(SigstoreScene.ISSUER)),
                        "MALFORMED_SIGNATURE"),
                keyless(
                        45,
                        "a name that makes patterns slow",
                        "subjectRegex: '(a+)+@(x|x?)*acme'",
                        named(FulcioLeaf.email("aaa@acme")),
                        named(FulcioLeaf.email("a".repeat(20_000) + "@evil")),
                        "IDENTITY"));
    }

    private static Stream<Threat> chains() {
        return Stream.of(
                chain(
                        40,
                        "a leaf that is an authority",
                        s -> s.sign(s.sigstore.issue(s.leaf().asAuthority()))),
                chain(
                        40,
                        "a leaf for servers",
                        s -> s.sign(s.sigstore.issue(s.leaf().forPurposes(KeyPurposeId.id_kp_serverAuth)))),
                chain(
                        40,
                        "a leaf for any purpose",
                        s -> s.sign(s.sigstore.issue(s.leaf().forPurposes(KeyPurposeId.anyExtendedKeyUsage)))),
                chain(
                        40,
                        "a leaf for no purpose",
                        s -> s.sign(s.sigstore.issue(s.leaf().forPurposes()))),
                chain(40, "a leaf under a leaf", under(FulcioLeaf::unpromised)),
                chain(
                        40,
                        "a leaf for code signing and any purpose",
                        s -> s.sign(s.sigstore.issue(s.leaf()
                                .forPurposes(KeyPurposeId.id_kp_codeSigning, KeyPurposeId.anyExtendedKeyUsage)))),
                below("a path that is too long", below(a -> a.above(1), a -> a), below(a -> a.above(0), a -> a)),
                below("an authority for servers", below(a -> a.forPurpose(KeyPurposeId.id_kp_serverAuth))),
                below("an authority for other names", below(a -> a.confinedTo(mail("other.example")))),
                below("an authority for all names but this", below(a -> a.confinedTo(noMail("acme.example")))),
                below("an authority that had ended", below(a -> a.living(a.begin(), Duration.ofDays(179)))),
                below(
                        "an authority that had not begun",
                        below(a -> a.living(a.begin().plus(Duration.ofDays(181)), Duration.ofDays(1)))),
                chain(
                        41,
                        "a stranger's root beside the signature",
                        s -> s.attach(s.stranger.issue(s.leaf()), Map.of(CHAIN, s.stranger.rootPem()))),
                chain(42, "no promise", s -> s.sign(s.sigstore.issue(s.leaf().unpromised()))),
                chain(42, "a promise by a stranger", s -> s.sign(s.sigstore.issuePromisedByAStranger(s.leaf()))),
                chain(
                        42,
                        "a promise about another certificate",
                        s -> s.sign(s.sigstore.issuePromisedForAnother(s.leaf()))),
                chain(
                        42,
                        "a promise before the log was trusted",
                        s -> s.sign(s.sigstore.issue(
                                s.leaf().living(s.now.minus(Duration.ofDays(700)), Duration.ofDays(800))))));
    }

    private static Stream<Threat> logs() {
        return Stream.of(
                log(46, "the entry of another payload", s -> {
                    Signer alice = s.sigstore.issue(s.leaf());
                    byte[] other = CosignSigner.payload("other", s.image());
                    s.attach(
                            alice,
                            Map.of(
                                    BUNDLE,
                                    s.sigstore.annotations(alice, other, s.now).get(BUNDLE)));
                }),
                log(46, "the entry of another signature over the payload", s -> {
                    Signer alice = s.sigstore.issue(s.leaf());
                    s.attach(
                            alice,
                            Map.of(
                                    BUNDLE,
                                    s.sigstore
                                            .annotations(alice, s.payload(), s.now)
                                            .get(BUNDLE)));
                }),
                log(46, "the entry of another signer", s -> {
                    Signer mallory = s.sigstore.issue(s.leaf());
                    s.attach(
                            s.sigstore.issue(s.leaf()),
                            Map.of(
                                    BUNDLE,
                                    s.sigstore
                                            .annotations(mallory, s.payload(), s.now)
                                            .get(BUNDLE)));
                }),
                log(47, "a promise by a stranger", s -> {
                    Signer alice = s.sigstore.issue(s.leaf());
                    s.attach(
                            alice,
                            Map.of(
                                    BUNDLE,
                                    s.stranger
                                            .annotations(alice, s.payload(), s.now)
                                            .get(BUNDLE)));
                }),
                log(47, "a promise under the trusted log's name", s -> {
                    Signer alice = s.sigstore.issue(s.leaf());
                    Map<String, String> good = s.sigstore.annotations(alice, s.payload(), s.now);
                    s.attach(
                            alice,
                            Map.of(
                                    BUNDLE,
                                    requireNonNull(good.get(BUNDLE)).replace("\"logIndex\":7", "\"logIndex\":8")));
                }),
                keylessMalformed(47, "a negative place in the log", "\"logIndex\":7", "\"logIndex\":-7"),
                keylessMalformed(47, "a place beyond 63 bits", "\"logIndex\":7", "\"logIndex\":9223372036854775808"),
                log(48, "no entry, and a log that nobody configured", s -> {
                    Signer alice = s.sigstore.issue(s.leaf());
                    s.attach(alice, Map.of(BUNDLE, ""));
                }),
                new Threat(
                        50,
                        "no log, no timestamp",
                        s -> s.keyless("subject: " + SigstoreScene.ALICE),
                        "verifyInTransparencyLog: true",
                        SigstoreThreats::good,
                        s -> s.attach(s.sigstore.issue(s.leaf()), Map.of(BUNDLE, "")),
                        Set.of("LOG")),
                new Threat(
                        50,
                        "one's own certificate that has expired, without a log",
                        s -> "- {name: default, ca: {certificates: " + SigstoreScene.quoted(s.sigstore.rootPem())
                                + ", subject: " + SigstoreScene.ALICE + "}}\n",
                        BY_KEY,
                        SigstoreThreats::good,
                        s -> s.sign(s.sigstore.issue(
                                s.leaf().living(s.now.minus(Duration.ofHours(2)), Duration.ofHours(1)))),
                        Set.of("EXPIRED")));
    }

    private static void good(SigstoreScene scene) {
        scene.sign(scene.sigstore.issue(scene.leaf()));
    }

    /** A leaf issued by another leaf's holder, whose certificate comes along. */
    private static Deed under(UnaryOperator<FulcioLeaf> shape) {
        return s -> {
            Signer between = s.sigstore.issue(shape.apply(s.leaf()));
            Signer leaf = s.sigstore.issueBy(between, s.leaf());
            s.attach(leaf, Map.of(CHAIN, s.pem(between) + s.sigstore.rootPem()));
        };
    }

    /** A leaf below authorities that come along, the topmost first. */
    @SafeVarargs
    private static Deed below(UnaryOperator<FulcioAuthority>... shapes) {
        return s -> {
            Signer issuer = s.sigstore.authoritySigner();
            String chain = s.sigstore.rootPem();
            for (UnaryOperator<FulcioAuthority> shape : shapes) {
                issuer = shape.apply(FulcioAuthority.of(s.now)).issuedBy(issuer);
                chain = s.pem(issuer) + chain;
            }
            s.attach(s.sigstore.issueBy(issuer, s.leaf()), Map.of(CHAIN, chain));
        };
    }

    private static NameConstraints mail(String domain) {
        return new NameConstraints(new GeneralSubtree[] {new GeneralSubtree(FulcioLeaf.email(domain))}, null);
    }

    private static NameConstraints noMail(String domain) {
        return new NameConstraints(null, new GeneralSubtree[] {new GeneralSubtree(FulcioLeaf.email(domain))});
    }

    /** Signed as it should be, by a signer whose certificate holds an extension twice. */
    private static Deed twice(String arc, byte[] value) {
        return s -> {
            Signer alice = s.sigstore.issue(s.leaf());
            String pem = TestSigstore.pem(
                    "CERTIFICATE",
                    FulcioAuthority.reissuedWith(
                            FulcioAuthority.fulcio(arc, value),
                            alice.certificate(),
                            s.sigstore.authoritySigner().keys().getPrivate()));
            Map<String, String> annotations = s.sigstore.annotations(alice, s.payload(), s.now);
            annotations.put("dev.sigstore.cosign/certificate", pem);
            annotations.put(
                    BUNDLE,
                    s.sigstore
                            .bundle(TestSigstore.hashedRekord(s.payload(), annotations), s.now)
                            .toString());
            TestSigstore.attach(s.registry, s.repository(), s.image(), s.payload(), annotations);
        };
    }

    private static byte[] utf8String(String text) {
        try {
            return new DERUTF8String(text).getEncoded("DER");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Deed named(GeneralName... names) {
        return s -> s.sign(s.sigstore.issue(s.leaf().named(names)));
    }

    private static Deed signed(String payload) {
        return s -> s.attachSigned(PAYLOAD_TYPE, payload);
    }

    private static JsonObject resigned(JsonObject envelope, String signature) {
        return Json.createObjectBuilder(envelope)
                .add(
                        "signatures",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder().add("keyid", "").add("sig", signature)))
                .build();
    }

    static JsonObject predicate() {
        return Json.createObjectBuilder().add("good", true).build();
    }

    private static Threat key(int row, String what, String with, Deed deed, String... reasons) {
        return key(row, what, with, SigstoreScene::signKey, deed, reasons);
    }

    private static Threat key(int row, String what, String with, Deed twin, Deed deed, String... reasons) {
        return new Threat(row, what, SigstoreScene::keys, with, twin, deed, Set.of(reasons));
    }

    private static Threat attested(int row, String what, Deed deed, String... reasons) {
        Deed twin = s -> s.key.attest(s.registry, s.repository(), s.image(), SigstoreScene.TYPE, predicate());
        return new Threat(row, what, SigstoreScene::keys, ATTESTED, twin, deed, Set.of(reasons));
    }

    private static Threat keyless(int row, String what, String subject, Deed twin, Deed deed, String... reasons) {
        return new Threat(row, what, s -> s.keyless(subject), "verifySCT: true", twin, deed, Set.of(reasons));
    }

    private static Threat identity(int row, String what, Deed deed) {
        return keyless(row, what, "subject: " + SigstoreScene.ALICE, SigstoreThreats::good, deed, "IDENTITY");
    }

    private static Threat chain(int row, String what, Deed deed) {
        return keyless(row, what, "subject: " + SigstoreScene.ALICE, SigstoreThreats::good, deed, "CERTIFICATE");
    }

    private static Threat below(String what, Deed deed) {
        return below(what, below(a -> a.confinedTo(mail("acme.example"))), deed);
    }

    private static Threat below(String what, Deed twin, Deed deed) {
        return keyless(40, what, "subject: " + SigstoreScene.ALICE, twin, deed, "CERTIFICATE");
    }

    private static Threat log(int row, String what, Deed deed) {
        return keyless(row, what, "subject: " + SigstoreScene.ALICE, SigstoreThreats::good, deed, "LOG");
    }

    private static Threat keylessMalformed(int row, String what, String from, String to) {
        Deed deed = s -> {
            Signer alice = s.sigstore.issue(s.leaf());
            String bundle = requireNonNull(
                    s.sigstore.annotations(alice, s.payload(), s.now).get(BUNDLE));
            s.attach(alice, Map.of(BUNDLE, bundle.replace(from, to)));
        };
        return keyless(
                row, what, "subject: " + SigstoreScene.ALICE, SigstoreThreats::good, deed, "MALFORMED_SIGNATURE");
    }
}

package dev.connaisseur.threats;

import static dev.connaisseur.testing.CborWriter.members;
import static dev.connaisseur.testing.CborWriter.tagged;
import static dev.connaisseur.testing.CborWriter.text;
import static dev.connaisseur.testing.CborWriter.whole;
import static dev.connaisseur.threats.NotationScene.NOW;
import static dev.connaisseur.threats.NotationScene.SCHEME;

import dev.connaisseur.policy.RuleOptions.VerificationLevel;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.NotationSigner.Part;
import dev.connaisseur.testing.TestPublisher.ListBuilder;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.notation.NotationRig;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;

/** Deeds of whoever controls a registry, against Notation signatures; each with the twin that differs in one thing. */
final class NotationThreats {
    private static final Part SIGNS = Part.keyUsage(true, KeyUsage.digitalSignature);
    private static final Part ISSUES = Part.keyUsage(true, KeyUsage.keyCertSign);
    private static final Part AUTHORITY_MARK = Part.authority(true, -1);
    private static final Certificate ROOT = Certificate.root("CN=root");
    private static final Certificate MIDDLE = Certificate.authority("CN=middle");
    private static final Certificate LEAF = Certificate.leaf("CN=leaf");
    static final NotationSigner AUTHORITY = authority("CN=tsa");
    private static final NotationSigner STRANGER = authority("CN=other tsa");

    private NotationThreats() {}

    /**
     * One deed.
     *
     * @param row of the catalogue
     * @param text found in the refusal
     */
    record Threat(
            int row,
            String what,
            Reason reason,
            String text,
            Consumer<NotationScene> twin,
            Consumer<NotationScene> deed) {
        @Override
        public String toString() {
            return row + " " + what;
        }
    }

    static Stream<Threat> all() {
        return Stream.of(payloads(), headers(), cose(), chains(), names(), revocation(), times(), levels())
                .flatMap(List::stream);
    }

    private static Threat deed(int row, String what, Reason reason, String text, Consumer<NotationScene> deed) {
        return new Threat(row, what, reason, text, NotationScene::honest, deed);
    }

    private static List<Threat> payloads() {
        return List.of(
                deed(
                        28,
                        "another size",
                        Reason.OTHER_IMAGE,
                        "another media type or size",
                        s -> s.payload(p -> p.replaceAll("\"size\":(\\d+)", "\"size\":1$1"))),
                deed(
                        28,
                        "another media type",
                        Reason.OTHER_IMAGE,
                        "another media type or size",
                        s -> s.payload(p -> p.replace("manifest.v1", "index.v1"))),
                deed(
                        28,
                        "something unsigned and unknown",
                        Reason.MALFORMED_SIGNATURE,
                        "unprotected header",
                        s -> s.envelope(jws -> Json.createObjectBuilder(jws)
                                .add(
                                        "header",
                                        Json.createObjectBuilder(jws.getJsonObject("header"))
                                                .add("com.example.note", "trust me"))
                                .build())),
                deed(
                        28,
                        "critical and unknown",
                        Reason.MALFORMED_SIGNATURE,
                        "declared critical",
                        s -> s.header(h -> Json.createObjectBuilder(h)
                                .add("com.example.must", "know")
                                .add("crit", Json.createArrayBuilder(List.of(SCHEME, "com.example.must")))
                                .build())));
    }

    private static Threat header(String what, String text, String name, JsonValue value) {
        return deed(
                31,
                what,
                Reason.MALFORMED_SIGNATURE,
                text,
                s -> s.header(h -> Json.createObjectBuilder(h).add(name, value).build()));
    }

    private static List<Threat> headers() {
        String algorithm = "the signature algorithm is not accepted";
        String foreign = "holds a key, an address or a way of reading";
        return List.of(
                header("alg none", algorithm, "alg", Json.createValue("none")),
                header("HS256 with the public key", algorithm, "alg", Json.createValue("HS256")),
                header("RS256", algorithm, "alg", Json.createValue("RS256")),
                header(
                        "another hash than the key's",
                        "is not the one of the certificate's key",
                        "alg",
                        Json.createValue("ES384")),
                header("an embedded key", foreign, "jwk", JsonValue.EMPTY_JSON_OBJECT),
                header("the address of keys", foreign, "jku", Json.createValue("http://localhost:1/keys")),
                header("the address of a chain", foreign, "x5u", Json.createValue("http://localhost:1/chain")),
                deed(
                        31,
                        "no alg",
                        Reason.MALFORMED_SIGNATURE,
                        "alg is not text",
                        s -> s.header(
                                h -> Json.createObjectBuilder(h).remove("alg").build())),
                deed(
                        31,
                        "alg twice",
                        Reason.MALFORMED_SIGNATURE,
                        "cannot be read",
                        s -> s.envelope(jws -> twice(jws))));
    }

    private static JsonObject twice(JsonObject jws) {
        byte[] header = Base64.getUrlDecoder().decode(jws.getString("protected"));
        String doubled =
                new String(header, java.nio.charset.StandardCharsets.UTF_8).replaceFirst("\\{", "{\"alg\":\"none\",");
        return Json.createObjectBuilder(jws)
                .add(
                        "protected",
                        Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(doubled.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .build();
    }

    private static Threat cose(String what, String text, Consumer<NotationScene> deed) {
        Consumer<NotationScene> twin = s ->
                s.attach(tagged(18, s.cose(NotationScene.coseHeader(-7), members(whole(33), s.chain()), new byte[0])));
        return new Threat(32, what, Reason.MALFORMED_SIGNATURE, text, twin, deed);
    }

    private static List<Threat> cose() {
        return List.of(
                cose(
                        "unknown algorithm",
                        "the signature algorithm is not accepted",
                        s -> s.attach(tagged(
                                18,
                                s.cose(NotationScene.coseHeader(-9999), members(whole(33), s.chain()), new byte[0])))),
                cose(
                        "RSA with SHA-1",
                        "the signature algorithm is not accepted",
                        s -> s.attach(tagged(
                                18,
                                s.cose(NotationScene.coseHeader(-65535), members(whole(33), s.chain()), new byte[0])))),
                cose(
                        "alg not protected",
                        "unprotected header",
                        s -> s.attach(tagged(
                                18,
                                s.cose(
                                        NotationScene.coseHeaderWithoutAlgorithm(),
                                        members(whole(33), s.chain(), whole(1), whole(-7)),
                                        new byte[0])))),
                cose(
                        "payload elsewhere",
                        "float or a simple value",
                        s -> s.attach(tagged(
                                18, s.cose(NotationScene.coseHeader(-7), members(whole(33), s.chain()), new byte[] {
                                    (byte) 0xf6
                                })))),
                cose(
                        "no tag",
                        "not a tagged COSE_Sign1",
                        s -> s.attach(
                                s.cose(NotationScene.coseHeader(-7), members(whole(33), s.chain()), new byte[0]))));
    }

    private static Threat chain(String what, String text, Certificate... rootFirst) {
        return new Threat(
                40, what, Reason.CERTIFICATE, text, s -> s.issued(ROOT, MIDDLE, LEAF), s -> s.issued(rootFirst));
    }

    private static Part limits(String permitted) {
        return Part.of(
                Extension.nameConstraints,
                true,
                new NameConstraints(
                        new GeneralSubtree[] {new GeneralSubtree(new GeneralName(GeneralName.directoryName, permitted))
                        },
                        null));
    }

    private static Part purpose(KeyPurposeId purpose) {
        return Part.of(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
    }

    private static List<Threat> chains() {
        Certificate confined = Certificate.of("CN=middle", AUTHORITY_MARK, ISSUES, limits("O=acme"));
        return List.of(
                chain(
                        "the leaf is an authority",
                        "one of an authority",
                        ROOT,
                        Certificate.of("CN=leaf", SIGNS, AUTHORITY_MARK)),
                chain(
                        "leaf for servers",
                        "not for code signing alone",
                        ROOT,
                        Certificate.of("CN=leaf", SIGNS, purpose(KeyPurposeId.id_kp_serverAuth))),
                chain(
                        "leaf for anything",
                        "not for code signing alone",
                        ROOT,
                        Certificate.of("CN=leaf", SIGNS, purpose(KeyPurposeId.anyExtendedKeyUsage))),
                chain(
                        "path too long",
                        "allows no path of this length",
                        Certificate.of("CN=root", Part.authority(true, 0), ISSUES),
                        MIDDLE,
                        LEAF),
                chain(
                        "issued by a leaf",
                        "not critically marked as one of an authority",
                        ROOT,
                        LEAF,
                        Certificate.leaf("CN=below")),
                new Threat(
                        40,
                        "name constraint broken",
                        Reason.CERTIFICATE,
                        "may not vouch",
                        s -> s.issued(ROOT, confined, Certificate.leaf("O=acme,CN=leaf")),
                        s -> s.issued(ROOT, confined, Certificate.leaf("O=evil,CN=leaf"))),
                new Threat(
                        40,
                        "intermediate expired",
                        Reason.EXPIRED,
                        "is not valid after",
                        s -> s.issued(ROOT, MIDDLE.valid(NOW.minusSeconds(900), NOW), LEAF),
                        s -> s.issued(ROOT, MIDDLE.valid(NOW.minusSeconds(900), NOW.minusSeconds(1)), LEAF)));
    }

    private static Threat name(String what, String identity, String good, String bad) {
        Consumer<NotationScene> twin = s -> named(s, identity, good);
        return new Threat(43, what, Reason.IDENTITY, "does not match", twin, s -> named(s, identity, bad));
    }

    private static void named(NotationScene scene, String identity, String subject) {
        NotationSigner signer = NotationSigner.of(ROOT, Certificate.leaf(subject));
        scene.trusting(signer, "trustedIdentities: [\"x509.subject: " + identity.replace("\\", "\\\\") + "\"]");
        scene.attach(signer.jws(signer.header().build(), scene.payload()));
    }

    private static List<Threat> names() {
        String acme = "C=US, ST=WA, O=acme";
        return List.of(
                name("another organisation", acme, "C=US,ST=WA,O=acme,CN=x", "C=US,ST=WA,O=acme inc,CN=x"),
                name("organisation twice", acme, "O=acme,ST=WA,C=US", "C=US,ST=WA,O=acme,O=evil"),
                name("several in one", acme, "C=US,ST=WA,O=acme", "C=US,ST=WA+O=acme"),
                name(
                        "a comma that is none",
                        "C=US, ST=WA, O=acme\\, inc",
                        "C=US,ST=WA,O=acme\\, inc",
                        "C=US,ST=WA,O=acme,OU=inc"),
                name("a letter that looks alike", acme, "C=US,ST=WA,O=acme", "C=US,ST=WA,O=аcme"),
                name("composed otherwise", "C=US, ST=WA, O=é", "C=US,ST=WA,O=é", "C=US,ST=WA,O=e\u0301"));
    }

    private static NotationSigner listed(NotationScene scene, String path) {
        return NotationSigner.of(
                Certificate.publisher("CN=root"),
                Certificate.of("CN=leaf", SIGNS, NotationSigner.crlAt(scene.publisher.address(path))));
    }

    private static void list(NotationScene scene, boolean revoked) {
        NotationSigner signer = listed(scene, "/list");
        ListBuilder list = new ListBuilder(signer.chain().getLast(), 1, NOW);
        if (revoked) {
            list.revoked(signer.chain().getFirst(), 1, NOW.minusSeconds(60));
        }
        scene.publisher.file("/list", list.signedBy(signer.issuer()));
        scene.signed(signer);
    }

    private static void middle(NotationScene scene, boolean revoked) {
        NotationSigner signer = NotationSigner.of(
                Certificate.publisher("CN=root"),
                Certificate.publisher("CN=middle", NotationSigner.crlAt(scene.publisher.address("/list"))),
                LEAF);
        ListBuilder list = new ListBuilder(signer.chain().getLast(), 1, NOW);
        if (revoked) {
            list.revoked(signer.chain().get(1), 1, NOW.minusSeconds(60));
        }
        scene.publisher.file("/list", list.signedBy(signer.issuer().issuer()));
        scene.signed(signer);
    }

    private static List<Threat> revocation() {
        Consumer<NotationScene> twin = s -> list(s, false);
        return List.of(
                new Threat(44, "revoked leaf", Reason.REVOKED, "was revoked on", twin, s -> list(s, true)),
                new Threat(
                        44,
                        "revoked intermediate",
                        Reason.REVOKED,
                        "\"CN=middle\" was revoked on",
                        s -> middle(s, false),
                        s -> middle(s, true)),
                new Threat(
                        44,
                        "a list at the cloud's metadata",
                        Reason.INCONCLUSIVE,
                        "we may not connect to",
                        twin,
                        s -> s.issued(
                                Certificate.publisher("CN=root"),
                                Certificate.of("CN=leaf", SIGNS, NotationSigner.crlAt("http://169.254.169.254/list")))),
                new Threat(44, "an endless list", Reason.INCONCLUSIVE, "could not be checked", twin, s -> {
                    s.publisher.on("/list", exchange -> {
                        exchange.sendResponseHeaders(200, 10L << 30);
                        byte[] piece = new byte[1 << 16];
                        for (int i = 0; i < 10 << 14; i++) {
                            exchange.getResponseBody().write(piece);
                        }
                    });
                    s.signed(listed(s, "/list"));
                }),
                new Threat(44, "a list that never comes", Reason.INCONCLUSIVE, "did not answer within", twin, s -> {
                    s.publisher.on("/list", exchange -> {});
                    s.signed(listed(s, "/list"));
                }));
    }

    private static NotationSigner authority(String subject) {
        Part stamps = Part.of(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
        return NotationSigner.of(
                Certificate.root("CN=tsa root"),
                Certificate.of(subject, SIGNS, stamps)
                        .valid(NOW.minus(Duration.ofDays(20)), NOW.plus(Duration.ofDays(20))));
    }

    private static Threat stamp(String what, String text, NotationSigner authority, Instant at, boolean ofThis) {
        NotationSigner signer =
                NotationSigner.of(ROOT, LEAF.valid(NOW.minus(Duration.ofDays(10)), NOW.minus(Duration.ofDays(5))));
        return new Threat(
                58,
                what,
                Reason.TIMESTAMP,
                text,
                s -> s.stamped(signer, AUTHORITY, NOW.minus(Duration.ofDays(7)), true),
                s -> s.stamped(signer, authority, at, ofThis));
    }

    private static Threat clock(String what, Reason reason, Duration later) {
        return deed(58, what, reason, "is not valid", s -> {
            s.signed(s.signer);
            s.rig.at(NOW.plus(later));
        });
    }

    private static List<Threat> times() {
        Instant inside = NOW.minus(Duration.ofDays(7));
        return List.of(
                stamp(
                        "a timestamp after the certificate",
                        "is not valid after",
                        AUTHORITY,
                        NOW.minus(Duration.ofDays(4)),
                        true),
                stamp(
                        "a timestamp before the certificate",
                        "is not valid before",
                        AUTHORITY,
                        NOW.minus(Duration.ofDays(11)),
                        true),
                stamp(
                        "a timestamp outside the authority's validity",
                        "authority is not trusted",
                        AUTHORITY,
                        NOW.minus(Duration.ofDays(21)),
                        true),
                stamp("a timestamp of another signature", "about something else", AUTHORITY, inside, false),
                stamp("a timestamp of a stranger", "authority is not trusted", STRANGER, inside, true),
                stamp("a timestamp of tomorrow", "lies in the future", AUTHORITY, NOW.plus(Duration.ofDays(1)), true),
                clock("a clock ten years late", Reason.EXPIRED, Duration.ofDays(3650)),
                clock("a clock ten years early", Reason.CERTIFICATE, Duration.ofDays(-3650)));
    }

    /** An old signature is put back: the twin is the same at a level that warns. */
    private static List<Threat> levels() {
        Certificate old = LEAF.valid(NOW.minus(Duration.ofDays(9)), NOW.minusSeconds(1));
        return List.of(new Threat(
                59,
                "an old signature is put back",
                Reason.EXPIRED,
                "is not valid after",
                s -> {
                    s.issued(ROOT, old);
                    s.options = NotationRig.options("default", VerificationLevel.PERMISSIVE);
                },
                s -> s.issued(ROOT, old)));
    }
}

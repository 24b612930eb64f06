package dev.connaisseur.validator.notation;

import static dev.connaisseur.testing.CborWriter.items;
import static dev.connaisseur.testing.CborWriter.join;
import static dev.connaisseur.testing.CborWriter.members;
import static dev.connaisseur.testing.CborWriter.octets;
import static dev.connaisseur.testing.CborWriter.tagged;
import static dev.connaisseur.testing.CborWriter.text;
import static dev.connaisseur.testing.CborWriter.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.image.Digest;
import dev.connaisseur.policy.RuleOptions.VerifyTimestamp;
import dev.connaisseur.testing.CborWriter;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.validator.notation.TrustStore.Kind;
import dev.connaisseur.validator.notation.revocation.RevocationStatus;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Envelopes as the specifications want them, and with one thing changed. All are signed with a trusted key. */
class EnvelopeTest {
    private static final NotationSigner SIGNER = NotationSigner.create("C=DE,ST=BE,O=acme,CN=signer");
    private static final Digest IMAGE = Digest.of("image".getBytes(StandardCharsets.UTF_8));
    private static final String PAYLOAD = NotationSigner.payload(TestImage.MANIFEST, IMAGE, 400);
    private static final String SCHEME = "io.cncf.notary.signingScheme";
    private static final String TIME = "io.cncf.notary.signingTime";
    private static final String AUTHENTIC_TIME = "io.cncf.notary.authenticSigningTime";
    private static final String EXPIRY = "io.cncf.notary.expiry";
    private static final long MADE = 1_795_341_600; // 2026-11-22T10:00:00Z
    private static final byte[] CHAIN = items(SIGNER.chain().stream()
            .map(EnvelopeTest::der)
            .map(CborWriter::octets)
            .toArray(byte[][]::new));

    private static byte[] der(java.security.cert.X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Finding> judged(Envelope envelope) {
        return judged(envelope, Kind.CA);
    }

    private static Optional<Finding> judged(Envelope envelope, Kind kind) {
        TrustStore store = new TrustStore(
                "acme", kind, List.of(SIGNER.chain().getLast()), List.of(), List.of(new TrustedIdentity.Anybody()));
        return new Verification(
                        new TargetArtifact(TestImage.MANIFEST, IMAGE.toString(), 400),
                        List.of(store),
                        VerificationLevel.STRICT,
                        VerifyTimestamp.ALWAYS,
                        (chain, signed) -> new RevocationStatus.Good(),
                        NotationSigner.NOW)
                .judge(envelope)
                .refusal();
    }

    private static byte[] utf8(JsonValue json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonObjectBuilder with(JsonObject json, String name, String value) {
        return Json.createObjectBuilder(json).add(name, value);
    }

    private static JsonObjectBuilder critical(JsonObject header, String... names) {
        return Json.createObjectBuilder(header).add("crit", Json.createArrayBuilder(List.of(names)));
    }

    private static Arguments header(String what, UnaryOperator<JsonObject> change) {
        return Arguments.of(what, change);
    }

    static Stream<Arguments> acceptedHeaders() {
        return Stream.of(
                header("as it is", h -> h),
                header(
                        "expires later",
                        h -> critical(with(h, EXPIRY, "2026-11-22T12:00:01Z").build(), SCHEME, EXPIRY)
                                .build()),
                header(
                        "time with offset and fraction",
                        h -> with(h, TIME, "2026-11-22T11:00:00.5+01:00").build()),
                header(
                        "unknown and not critical",
                        h -> with(h, "com.example.note", "hello").build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("acceptedHeaders")
    void jwsIsAccepted(String what, UnaryOperator<JsonObject> change) {
        JsonObject jws = SIGNER.jws(change.apply(SIGNER.header().build()), PAYLOAD);

        assertThat(judged(JwsEnvelope.parse(utf8(jws)))).isEmpty();
    }

    static Stream<Arguments> refusedHeaders() {
        return Stream.of(
                header("alg none", h -> with(h, "alg", "none").build()),
                header("alg HS256", h -> with(h, "alg", "HS256").build()),
                header("alg RS256", h -> with(h, "alg", "RS256").build()),
                header("alg in lower case", h -> with(h, "alg", "es256").build()),
                header(
                        "alg missing",
                        h -> Json.createObjectBuilder(h).remove("alg").build()),
                header(
                        "cty missing",
                        h -> Json.createObjectBuilder(h).remove("cty").build()),
                header("cty other", h -> with(h, "cty", "application/json").build()),
                header(
                        "jwk",
                        h -> Json.createObjectBuilder(h)
                                .add("jwk", JsonValue.EMPTY_JSON_OBJECT)
                                .build()),
                header("jku", h -> with(h, "jku", "https://evil.example/keys").build()),
                header("x5u", h -> with(h, "x5u", "https://evil.example/chain").build()),
                header("b64", h -> Json.createObjectBuilder(h).add("b64", false).build()),
                header(
                        "x5c protected",
                        h -> Json.createObjectBuilder(h)
                                .add("x5c", JsonValue.EMPTY_JSON_ARRAY)
                                .build()),
                header(
                        "scheme missing",
                        h -> Json.createObjectBuilder(h).remove(SCHEME).build()),
                header("scheme unknown", h -> with(h, SCHEME, "notary.pgp").build()),
                header("scheme not critical", h -> critical(h).build()),
                header(
                        "crit missing",
                        h -> Json.createObjectBuilder(h).remove("crit").build()),
                header("crit twice the same", h -> critical(h, SCHEME, SCHEME).build()),
                header(
                        "crit unknown",
                        h -> critical(with(h, "com.example.must", "x").build(), SCHEME, "com.example.must")
                                .build()),
                header(
                        "crit of what is not there",
                        h -> critical(h, SCHEME, EXPIRY).build()),
                header(
                        "crit of a registered header",
                        h -> critical(h, SCHEME, "cty").build()),
                header(
                        "plug-in",
                        h -> with(h, "io.cncf.notary.verificationPlugin", "p").build()),
                header(
                        "critical plug-in",
                        h -> critical(
                                        with(h, "io.cncf.notary.verificationPlugin", "p")
                                                .build(),
                                        SCHEME,
                                        "io.cncf.notary.verificationPlugin")
                                .build()),
                header(
                        "signing time missing",
                        h -> Json.createObjectBuilder(h).remove(TIME).build()),
                header(
                        "signing time and authentic one",
                        h -> with(h, AUTHENTIC_TIME, "2026-11-22T10:00:00Z").build()),
                header(
                        "authority without authentic time",
                        h -> critical(
                                        with(h, SCHEME, "notary.x509.signingAuthority")
                                                .build(),
                                        SCHEME)
                                .build()),
                header(
                        "time without zone",
                        h -> with(h, TIME, "2026-11-22T10:00:00").build()),
                header(
                        "time that does not exist",
                        h -> with(h, TIME, "2026-02-30T10:00:00Z").build()),
                header(
                        "time as number",
                        h -> Json.createObjectBuilder(h).add(TIME, MADE).build()),
                header(
                        "expiry not critical",
                        h -> with(h, EXPIRY, "2027-11-22T12:00:00Z").build()),
                header(
                        "expiry at signing",
                        h -> critical(with(h, EXPIRY, "2026-11-22T10:00:00Z").build(), SCHEME, EXPIRY)
                                .build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedHeaders")
    void jwsIsRefused(String what, UnaryOperator<JsonObject> change) {
        byte[] jws = utf8(SIGNER.jws(change.apply(SIGNER.header().build()), PAYLOAD));

        assertThatThrownBy(() -> JwsEnvelope.parse(jws)).isInstanceOf(MalformedEnvelopeException.class);
    }

    static Stream<Arguments> refusedEnvelopes() {
        return Stream.of(
                header("another member", e -> with(e, "signatures", "x").build()),
                header(
                        "no header",
                        e -> Json.createObjectBuilder(e).remove("header").build()),
                header(
                        "no signature",
                        e -> Json.createObjectBuilder(e).remove("signature").build()),
                header(
                        "padded",
                        e -> with(e, "signature", e.getString("signature") + "==")
                                .build()),
                header(
                        "payload with the alphabet of plain base64",
                        e -> with(e, "payload", "+/+/").build()),
                header("unprotected jwk", e -> unprotected(e, "jwk", JsonValue.EMPTY_JSON_OBJECT)),
                header("unprotected jku", e -> unprotected(e, "jku", Json.createValue("https://evil.example"))),
                header("unprotected alg", e -> unprotected(e, "alg", Json.createValue("ES256"))),
                header("unprotected expiry", e -> unprotected(e, EXPIRY, Json.createValue("2027-11-22T12:00:00Z"))),
                header("chain empty", e -> unprotected(e, "x5c", JsonValue.EMPTY_JSON_ARRAY)),
                header("chain not an array", e -> unprotected(e, "x5c", Json.createValue("x"))),
                header(
                        "chain of rubbish",
                        e -> unprotected(
                                e, "x5c", Json.createArrayBuilder().add("AAAA").build())),
                header("chain of eleven", e -> unprotected(e, "x5c", eleven(e))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedEnvelopes")
    void jwsOfAnotherFormIsRefused(String what, UnaryOperator<JsonObject> change) {
        byte[] jws = utf8(change.apply(SIGNER.jws(SIGNER.header().build(), PAYLOAD)));

        assertThatThrownBy(() -> JwsEnvelope.parse(jws)).isInstanceOf(MalformedEnvelopeException.class);
    }

    private static JsonObject unprotected(JsonObject envelope, String name, JsonValue value) {
        return Json.createObjectBuilder(envelope)
                .add(
                        "header",
                        Json.createObjectBuilder(envelope.getJsonObject("header"))
                                .add(name, value))
                .build();
    }

    private static JsonValue eleven(JsonObject envelope) {
        var chain = Json.createArrayBuilder();
        for (int i = 0; i < 11; i++) {
            chain.add(envelope.getJsonObject("header").getJsonArray("x5c").get(0));
        }
        return chain.build();
    }

    @Test
    void jwsWithAMemberTwiceIsRefused() {
        String jws = SIGNER.jws(SIGNER.header().build(), PAYLOAD).toString();
        byte[] twice = jws.replaceFirst("\\{", "{\"payload\":\"e30\",").getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> JwsEnvelope.parse(twice)).isInstanceOf(MalformedEnvelopeException.class);
    }

    @Test
    void theAlgorithmIsTheOneOfTheKey() {
        Envelope other = JwsEnvelope.parse(
                utf8(SIGNER.jws(with(SIGNER.header().build(), "alg", "ES384").build(), PAYLOAD)));

        assertThat(judged(other)).map(Finding::step).contains(Finding.Step.FORMAT);
    }

    static Stream<Arguments> payloads() {
        return Stream.of(
                Arguments.of("another digest", PAYLOAD.replace(IMAGE.hex(), "0".repeat(64)), Finding.Step.IMAGE),
                Arguments.of("another size", PAYLOAD.replace("400", "401"), Finding.Step.IMAGE),
                Arguments.of("another media type", PAYLOAD.replace("manifest.v1", "index.v1"), Finding.Step.IMAGE),
                Arguments.of("a size that is a fraction", PAYLOAD.replace("400", "400.5"), Finding.Step.FORMAT),
                Arguments.of("a size that is text", PAYLOAD.replace("400", "\"400\""), Finding.Step.FORMAT),
                Arguments.of("no artifact", "{}", Finding.Step.FORMAT),
                Arguments.of("no JSON", "x", Finding.Step.FORMAT),
                Arguments.of(
                        "two artifacts", PAYLOAD.replaceFirst("\\{", "{\"targetArtifact\":{},"), Finding.Step.FORMAT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("payloads")
    void thePayloadIsCompared(String what, String payload, Finding.Step step) {
        Envelope jws = JwsEnvelope.parse(utf8(SIGNER.jws(SIGNER.header().build(), payload)));
        Envelope cose = CoseEnvelope.parse(cose(protectedHeader(), unprotected(), payload));

        assertThat(judged(jws)).map(Finding::step).contains(step);
        assertThat(judged(cose)).map(Finding::step).contains(step);
    }

    @Test
    void aFlippedBitAnywhereInTheSignedPartIsRefused() {
        JsonObject jws = SIGNER.jws(SIGNER.header().build(), PAYLOAD);
        byte[] payload = Base64.getUrlDecoder().decode(jws.getString("payload"));
        payload[3] ^= 1;
        Envelope flipped = JwsEnvelope.parse(utf8(
                with(jws, "payload", Base64.getUrlEncoder().withoutPadding().encodeToString(payload))
                        .build()));

        assertThat(judged(flipped)).map(Finding::text).contains("the signature is wrong");
    }

    private static byte[] protectedHeader() {
        return members(
                whole(1), whole(-7),
                whole(2), items(text(SCHEME)),
                whole(3), text(NotationSigner.PAYLOAD_TYPE),
                text(SCHEME), text("notary.x509"),
                text(TIME), tagged(1, whole(MADE)));
    }

    private static byte[] unprotected() {
        return members(whole(33), CHAIN);
    }

    private static byte[] cose(byte[] protectedHeader, byte[] unprotected, String payload) {
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        byte[] signature = SIGNER.sign(CoseEnvelope.toBeSigned(protectedHeader, body));
        return tagged(18, items(octets(protectedHeader), unprotected, octets(body), octets(signature)));
    }

    static Stream<Arguments> acceptedCose() {
        return Stream.of(
                Arguments.of("as it is", cose(protectedHeader(), unprotected(), PAYLOAD)),
                Arguments.of(
                        "chain protected",
                        cose(
                                members(
                                        whole(1), whole(-7),
                                        whole(2), items(text(SCHEME)),
                                        whole(3), text(NotationSigner.PAYLOAD_TYPE),
                                        whole(33), CHAIN,
                                        text(SCHEME), text("notary.x509"),
                                        text(TIME), tagged(1, whole(MADE))),
                                members(text("io.cncf.notary.signingAgent"), text("test")),
                                PAYLOAD)),
                Arguments.of(
                        "expires later",
                        cose(
                                members(
                                        whole(1), whole(-7),
                                        whole(2), items(text(SCHEME), text(EXPIRY)),
                                        whole(3), text(NotationSigner.PAYLOAD_TYPE),
                                        text(SCHEME), text("notary.x509"),
                                        text(TIME), tagged(1, whole(MADE)),
                                        text(EXPIRY), tagged(1, whole(MADE + 7201))),
                                unprotected(),
                                PAYLOAD)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("acceptedCose")
    void coseIsAccepted(String what, byte[] cose) {
        assertThat(judged(CoseEnvelope.parse(cose))).isEmpty();
    }

    static Stream<Arguments> refusedCose() {
        byte[] good = cose(protectedHeader(), unprotected(), PAYLOAD);
        byte[] body = PAYLOAD.getBytes(StandardCharsets.UTF_8);
        byte[] signature = SIGNER.sign(CoseEnvelope.toBeSigned(protectedHeader(), body));
        return Stream.of(
                Arguments.of("without tag", java.util.Arrays.copyOfRange(good, 1, good.length)),
                Arguments.of(
                        "another tag",
                        join(new byte[] {(byte) 0xd1}, java.util.Arrays.copyOfRange(good, 1, good.length))),
                Arguments.of(
                        "detached payload",
                        tagged(
                                18,
                                items(
                                        octets(protectedHeader()),
                                        unprotected(),
                                        new byte[] {(byte) 0xf6},
                                        octets(signature)))),
                Arguments.of("three parts", tagged(18, items(octets(protectedHeader()), unprotected(), octets(body)))),
                Arguments.of(
                        "several signatures",
                        tagged(
                                98,
                                items(
                                        octets(protectedHeader()),
                                        unprotected(),
                                        octets(body),
                                        items(octets(signature))))),
                Arguments.of("followed by a byte", join(good, new byte[1])),
                Arguments.of(
                        "alg only unprotected",
                        cose(header(new byte[0]), members(whole(33), CHAIN, whole(1), whole(-7)), PAYLOAD)),
                Arguments.of("alg missing", cose(header(new byte[0]), unprotected(), PAYLOAD)),
                Arguments.of("alg of SHA-1", cose(header(join(whole(1), whole(-65535))), unprotected(), PAYLOAD)),
                Arguments.of("alg HMAC", cose(header(join(whole(1), whole(5))), unprotected(), PAYLOAD)),
                Arguments.of("alg as text", cose(header(join(whole(1), text("ES256"))), unprotected(), PAYLOAD)),
                Arguments.of(
                        "kid",
                        cose(header(join(whole(1), whole(-7), whole(4), octets(new byte[2]))), unprotected(), PAYLOAD)),
                Arguments.of(
                        "unprotected x5u",
                        cose(
                                protectedHeader(),
                                members(whole(33), CHAIN, whole(35), text("https://evil.example")),
                                PAYLOAD)),
                Arguments.of("chain missing", cose(protectedHeader(), members(), PAYLOAD)),
                Arguments.of("chain of text", cose(protectedHeader(), members(whole(33), items(text("x"))), PAYLOAD)),
                Arguments.of(
                        "timestamp as text",
                        cose(
                                protectedHeader(),
                                members(whole(33), CHAIN, text("io.cncf.notary.timestampSignature"), text("x")),
                                PAYLOAD)),
                Arguments.of(
                        "time without tag",
                        cose(
                                members(
                                        whole(1), whole(-7),
                                        whole(2), items(text(SCHEME)),
                                        whole(3), text(NotationSigner.PAYLOAD_TYPE),
                                        text(SCHEME), text("notary.x509"),
                                        text(TIME), whole(MADE)),
                                unprotected(),
                                PAYLOAD)),
                Arguments.of(
                        "crit by number",
                        cose(
                                members(
                                        whole(1), whole(-7),
                                        whole(2), items(text(SCHEME), whole(3)),
                                        whole(3), text(NotationSigner.PAYLOAD_TYPE),
                                        text(SCHEME), text("notary.x509"),
                                        text(TIME), tagged(1, whole(MADE))),
                                unprotected(),
                                PAYLOAD)));
    }

    /** The protected header with {@code algorithm} as its first members. */
    private static byte[] header(byte[] algorithm) {
        byte[] rest = join(
                whole(2), items(text(SCHEME)),
                whole(3), text(NotationSigner.PAYLOAD_TYPE),
                text(SCHEME), text("notary.x509"),
                text(TIME), tagged(1, whole(MADE)));
        int members = 4 + (algorithm.length == 0 ? 0 : algorithm.length > 2 && algorithm[2] == 4 ? 2 : 1);
        return join(new byte[] {(byte) (0xa0 | members)}, algorithm, rest);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedCose")
    void coseIsRefused(String what, byte[] cose) {
        assertThatThrownBy(() -> CoseEnvelope.parse(cose)).isInstanceOf(MalformedEnvelopeException.class);
    }

    @Test
    void theSigningAuthorityNeedsItsOwnKindOfStore() {
        JsonObject header = critical(
                        with(
                                        Json.createObjectBuilder(SIGNER.header().build())
                                                .remove(TIME)
                                                .build(),
                                        SCHEME,
                                        "notary.x509.signingAuthority")
                                .add(AUTHENTIC_TIME, "2026-11-22T10:00:00Z")
                                .build(),
                        SCHEME,
                        AUTHENTIC_TIME)
                .build();
        Envelope authority = JwsEnvelope.parse(utf8(SIGNER.jws(header, PAYLOAD)));
        Envelope signer = JwsEnvelope.parse(utf8(SIGNER.jws(SIGNER.header().build(), PAYLOAD)));

        assertThat(judged(authority, Kind.SIGNING_AUTHORITY)).isEmpty();
        assertThat(judged(authority, Kind.CA)).map(Finding::step).contains(Finding.Step.SIGNER);
        assertThat(judged(signer, Kind.CA)).isEmpty();
        assertThat(judged(signer, Kind.SIGNING_AUTHORITY)).map(Finding::step).contains(Finding.Step.SIGNER);
    }

    @Test
    void theSigningAuthoritysTimeCounts() {
        JsonObject outside = critical(
                        with(
                                        Json.createObjectBuilder(SIGNER.header().build())
                                                .remove(TIME)
                                                .build(),
                                        SCHEME,
                                        "notary.x509.signingAuthority")
                                .add(AUTHENTIC_TIME, "2026-01-01T10:00:00Z")
                                .build(),
                        SCHEME,
                        AUTHENTIC_TIME)
                .build();
        JsonObject future = Json.createObjectBuilder(outside)
                .add(AUTHENTIC_TIME, "2026-11-22T12:00:01Z")
                .build();

        assertThat(judged(JwsEnvelope.parse(utf8(SIGNER.jws(outside, PAYLOAD))), Kind.SIGNING_AUTHORITY))
                .map(Finding::step)
                .contains(Finding.Step.NOT_YET_VALID);
        assertThat(judged(JwsEnvelope.parse(utf8(SIGNER.jws(future, PAYLOAD))), Kind.SIGNING_AUTHORITY))
                .map(Finding::step)
                .contains(Finding.Step.TIMESTAMP);
    }
}

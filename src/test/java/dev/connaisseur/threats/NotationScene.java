package dev.connaisseur.threats;

import static dev.connaisseur.testing.CborWriter.items;
import static dev.connaisseur.testing.CborWriter.members;
import static dev.connaisseur.testing.CborWriter.octets;
import static dev.connaisseur.testing.CborWriter.tagged;
import static dev.connaisseur.testing.CborWriter.text;
import static dev.connaisseur.testing.CborWriter.whole;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connaisseur.image.Digest;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.TestPublisher;
import dev.connaisseur.testing.TestTimestamps;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Verdict;
import dev.connaisseur.validator.notation.NotationRig;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;

/** One image in a registry, and what is attached to it as its Notation signature. */
final class NotationScene implements AutoCloseable {
    static final Instant NOW = NotationSigner.NOW;
    static final String SCHEME = "io.cncf.notary.signingScheme";
    private static final String REPOSITORY = "team/app";
    private static final String TIME = "io.cncf.notary.signingTime";
    private static final long MADE = 1_795_341_600; // 2026-11-22T10:00:00Z

    final NotationRig rig = NotationRig.of(EmbeddedRegistry.open());
    final TestPublisher publisher = TestPublisher.open();
    final NotationSigner signer = NotationSigner.create("C=DE,ST=BE,O=acme,CN=signer");
    private final Digest image = TestImage.push(rig.registry, REPOSITORY, "v1", "app");
    RuleOptions options = NotationRig.by("default");

    String payload() {
        return NotationSigner.payload(TestImage.MANIFEST, image, rig.registry.bytes(image).length);
    }

    /** Trusts the signer's root, and believes what these lines of YAML say besides. */
    NotationScene trusting(NotationSigner whom, String... more) {
        rig.root("default", whom.rootPem(), more);
        return this;
    }

    /** A correct signature by this one. */
    void signed(NotationSigner by) {
        trusting(by);
        attach(by.jws(by.header().build(), payload()));
    }

    /** A correct signature. */
    void honest() {
        signed(signer);
    }

    /** A signature by a chain of these certificates, the root first. */
    void issued(Certificate... rootFirst) {
        signed(NotationSigner.of(rootFirst));
    }

    /** A signature whose protected header was changed before it was made. */
    void header(UnaryOperator<JsonObject> change) {
        trusting(signer);
        attach(signer.jws(change.apply(signer.header().build()), payload()));
    }

    /** A signature over another payload. */
    void payload(UnaryOperator<String> change) {
        trusting(signer);
        attach(signer.jws(signer.header().build(), change.apply(payload())));
    }

    /** A finished envelope that somebody changed. */
    void envelope(UnaryOperator<JsonObject> change) {
        trusting(signer);
        attach(change.apply(signer.jws(signer.header().build(), payload())));
    }

    void attach(JsonObject envelope) {
        attach(envelope.toString().getBytes(UTF_8));
    }

    void attach(byte[] envelope) {
        String type = envelope[0] == '{' ? "application/jose+json" : "application/cose";
        NotationSigner.attach(rig.registry, REPOSITORY, image, image, type, envelope);
    }

    /** A protected header of COSE that names this algorithm. */
    static byte[] coseHeader(long algorithm) {
        return members(
                whole(1), whole(algorithm),
                whole(2), items(text(SCHEME)),
                whole(3), text(NotationSigner.PAYLOAD_TYPE),
                text(SCHEME), text("notary.x509"),
                text(TIME), tagged(1, whole(MADE)));
    }

    /** The same without any algorithm. */
    static byte[] coseHeaderWithoutAlgorithm() {
        return members(
                whole(2), items(text(SCHEME)),
                whole(3), text(NotationSigner.PAYLOAD_TYPE),
                text(SCHEME), text("notary.x509"),
                text(TIME), tagged(1, whole(MADE)));
    }

    byte[] chain() {
        return items(signer.chain().stream()
                .map(certificate -> {
                    try {
                        return octets(certificate.getEncoded());
                    } catch (GeneralSecurityException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toArray(byte[][]::new));
    }

    /** The four parts of a COSE_Sign1. */
    byte[] cose(byte[] header, byte[] unsigned, byte[] payloadPart) {
        trusting(signer);
        byte[] body = payload().getBytes(UTF_8);
        byte[] signature = signer.sign(items(text("Signature1"), octets(header), octets(new byte[0]), octets(body)));
        return items(octets(header), unsigned, payloadPart.length == 0 ? octets(body) : payloadPart, octets(signature));
    }

    /** A signature with a timestamp of this authority, made over it or over something else. */
    void stamped(NotationSigner by, NotationSigner authority, Instant at, boolean ofThis) {
        trusting(by, "tsCert: " + NotationRig.quoted(timestamps().rootPem()));
        JsonObject jws = by.jws(by.header().build(), payload());
        byte[] signature = Base64.getUrlDecoder().decode(jws.getString("signature"));
        signature[0] ^= (byte) (ofThis ? 0 : 1);
        String token = Base64.getEncoder().encodeToString(TestTimestamps.token(authority, signature, at));
        attach(Json.createObjectBuilder(jws)
                .add(
                        "header",
                        Json.createObjectBuilder(jws.getJsonObject("header"))
                                .add("io.cncf.notary.timestampSignature", token))
                .build());
    }

    /** The timestamp authority that is believed. */
    static NotationSigner timestamps() {
        return NotationThreats.AUTHORITY;
    }

    private String name() {
        return REPOSITORY + ":v1";
    }

    Verdict.Signed admitted() {
        return rig.verdict(name(), options);
    }

    ValidationException refused() {
        return rig.refusal(name(), options);
    }

    /** What the attacker's servers were asked. */
    List<String> published() {
        return publisher.requests();
    }

    @Override
    public void close() {
        rig.close();
        publisher.close();
    }
}

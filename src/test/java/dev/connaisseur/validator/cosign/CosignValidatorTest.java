package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.Validator.RuleProblem;
import dev.connaisseur.validator.Verdict;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a registry may put beside an image, and what the validator makes of it. */
class CosignValidatorTest {
    private static final String REPOSITORY = "acme/app";
    private static final String IMAGE = REPOSITORY + ":v1";
    private static final RuleOptions ALICE = CosignRig.by("alice");

    private final CosignRig rig = CosignRig.empty();
    private final CosignSigner alice = CosignSigner.create();
    private final CosignSigner bob = CosignSigner.create();
    private Digest digest = Digest.of(new byte[0]);

    @BeforeEach
    void push() {
        rig.key("alice", alice.publicKey()).key("bob", bob.publicKey());
        digest = TestImage.push(rig.registry, REPOSITORY, "v1", "one");
    }

    @AfterEach
    void close() {
        rig.close();
    }

    static Stream<Arguments> payloads() {
        String manifestDigest = "\"docker-manifest-digest\":";
        return Stream.of(
                payload("as signed by cosign", text -> text, null),
                payload("naming another digest", text -> text.replaceAll("sha256:.", "sha256:0"), Reason.OTHER_IMAGE),
                payload("of another type", text -> text.replace("cosign c", "atomic c"), Reason.MALFORMED_SIGNATURE),
                payload(
                        "with two digests",
                        text -> text.replace(manifestDigest, manifestDigest + "\"x\"," + manifestDigest),
                        Reason.MALFORMED_SIGNATURE),
                payload(
                        "with a digest in other case",
                        text -> text.replace(manifestDigest, "\"Docker-Manifest-Digest\":\"x\"," + manifestDigest),
                        Reason.MALFORMED_SIGNATURE),
                payload("with bytes after it", text -> text + "\n{}", Reason.MALFORMED_SIGNATURE),
                payload("with a byte order mark", text -> "\ufeff" + text, Reason.MALFORMED_SIGNATURE),
                payload("that is too large", text -> text + " ".repeat(70_000), Reason.MALFORMED_SIGNATURE),
                payload("that is nested deeply", text -> "[".repeat(10_000), Reason.MALFORMED_SIGNATURE),
                payload("for another repository", text -> text.replace(REPOSITORY, "acme/other"), null));
    }

    @ParameterizedTest(name = "a signed payload {0}: {2}")
    @MethodSource
    void payloads(String what, UnaryOperator<String> change, @Nullable Reason reason) {
        String usual = new String(
                CosignSigner.payload(rig.registry.host() + "/" + REPOSITORY, digest), StandardCharsets.UTF_8);
        byte[] payload = change.apply(usual).getBytes(StandardCharsets.UTF_8);
        alice.attach(rig.registry, REPOSITORY, digest, payload);

        if (reason == null) {
            assertThat(rig.verdict(IMAGE, ALICE)).isEqualTo(new Verdict.Signed(digest, List.of("alice")));
        } else {
            assertThat(rig.denial(IMAGE, ALICE)).isEqualTo(reason);
            // The broken one stands in nobody's way.
            alice.sign(rig.registry, REPOSITORY, digest);
            assertThat(rig.verdict(IMAGE, ALICE)).isEqualTo(new Verdict.Signed(digest, List.of("alice")));
        }
    }

    static Stream<Arguments> layers() {
        return Stream.of(
                Arguments.of("no annotation", "", SignaturePayload.MEDIA_TYPE, Reason.MALFORMED_SIGNATURE),
                Arguments.of("not base64", "%%%", SignaturePayload.MEDIA_TYPE, Reason.MALFORMED_SIGNATURE),
                Arguments.of("url-safe base64", "_-_-", SignaturePayload.MEDIA_TYPE, Reason.MALFORMED_SIGNATURE),
                Arguments.of("unpadded base64", "AA", SignaturePayload.MEDIA_TYPE, Reason.MALFORMED_SIGNATURE),
                Arguments.of("huge", "A".repeat(8192), SignaturePayload.MEDIA_TYPE, Reason.MALFORMED_SIGNATURE),
                Arguments.of("random", "AAAA", SignaturePayload.MEDIA_TYPE, Reason.UNTRUSTED_SIGNER),
                Arguments.of("good", "SIGNATURE", SignaturePayload.MEDIA_TYPE, null),
                Arguments.of("good, other media type", "SIGNATURE", "application/json", Reason.MALFORMED_SIGNATURE),
                Arguments.of(
                        "good, an attestation's media type",
                        "SIGNATURE",
                        "application/vnd.dsse.envelope.v1+json",
                        Reason.MALFORMED_SIGNATURE));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource
    void layers(String what, String signature, String mediaType, @Nullable Reason reason) {
        byte[] payload = CosignSigner.payload("acme.example/app", digest);
        String text = signature.replace("SIGNATURE", alice.signature(payload));
        attach(List.of(layer(payload, text, mediaType)));

        if (reason == null) {
            assertThat(rig.verdict(IMAGE, ALICE).digest()).isEqualTo(digest);
        } else {
            assertThat(rig.denial(IMAGE, ALICE)).isEqualTo(reason);
        }
    }

    @Test
    void everySignatureLeavesATrail() {
        CosignSigner.create().sign(rig.registry, REPOSITORY, digest);
        assertThat(rig.looks(IMAGE, ALICE)).containsExactly(".sig tag | alice | a signature is not by alice");
        alice.sign(rig.registry, REPOSITORY, digest);
        assertThat(rig.looks(IMAGE, ALICE))
                .containsExactly(
                        ".sig tag | alice | a signature is not by alice", ".sig tag | alice | a signature counts");
    }

    @Test
    void aCopiedSignatureIsAboutAnotherImage() {
        alice.sign(rig.registry, REPOSITORY, digest);
        Digest evil = TestImage.push(rig.registry, REPOSITORY, "evil", "two");
        rig.registry.tag(
                REPOSITORY,
                CosignSigner.tag(evil),
                rig.registry.tagged(REPOSITORY, CosignSigner.tag(digest)).orElseThrow());

        assertThat(rig.refusal(REPOSITORY + ":evil", ALICE)).satisfies(denial -> {
            assertThat(denial.reason()).isEqualTo(Reason.OTHER_IMAGE);
            assertThat(denial)
                    .hasMessage("error validating image: [no matching signatures: the signed payload names " + digest
                            + ", the image is " + evil + "]");
        });
        assertThat(rig.verdict(IMAGE, ALICE).digest()).isEqualTo(digest);
    }

    @Test
    void aHundredSignaturesAreLookedAtAndNoMore() {
        byte[] payload = CosignSigner.payload("acme.example/app", digest);
        String foreign = CosignSigner.create().signature(payload);
        List<JsonObjectBuilder> foreigners = Stream.generate(() -> layer(payload, foreign, SignaturePayload.MEDIA_TYPE))
                .limit(99)
                .toList();
        attach(Stream.concat(
                        foreigners.stream(),
                        Stream.of(layer(payload, alice.signature(payload), SignaturePayload.MEDIA_TYPE)))
                .toList());
        assertThat(rig.verdict(IMAGE, ALICE).digest()).isEqualTo(digest);

        attach(Stream.generate(() -> layer(payload, alice.signature(payload), SignaturePayload.MEDIA_TYPE))
                .limit(101)
                .toList());
        assertThat(rig.denial(IMAGE, ALICE)).isEqualTo(Reason.MALFORMED_SIGNATURE);
    }

    @Test
    void aKeyIsOneSignerHoweverOftenItIsListed() {
        rig.key("alias", alice.publicKey());
        alice.sign(rig.registry, REPOSITORY, digest);
        alice.sign(rig.registry, REPOSITORY, digest);
        RuleOptions two = CosignRig.options(TrustRoots.ALL, 2, List.of());
        assertThat(rig.refusal(IMAGE, two)).satisfies(denial -> {
            assertThat(denial.reason()).isEqualTo(Reason.THRESHOLD);
            assertThat(denial).hasMessage("validation threshold not reached (1/2)");
        });

        bob.sign(rig.registry, REPOSITORY, digest);
        assertThat(rig.verdict(IMAGE, two).signers()).containsExactly("alice", "bob", "alias");
    }

    @Test
    void aHashThatIsNotTheKeysIsRefused() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair rsa = generator.generateKeyPair();
        rig.key("ec", pem(pair)).key("rsa", pem(rsa));
        byte[] payload = CosignSigner.payload("acme.example/app", digest);

        attach(List.of(
                layer(payload, sign(pair, "SHA384withECDSA", payload), SignaturePayload.MEDIA_TYPE),
                layer(payload, sign(pair, "SHA512withECDSA", payload), SignaturePayload.MEDIA_TYPE),
                layer(payload, sign(rsa, "SHA512withRSA", payload), SignaturePayload.MEDIA_TYPE)));

        assertThat(rig.denial(IMAGE, CosignRig.by("ec"))).isEqualTo(Reason.UNTRUSTED_SIGNER);
        assertThat(rig.denial(IMAGE, CosignRig.by("rsa"))).isEqualTo(Reason.UNTRUSTED_SIGNER);

        attach(List.of(
                layer(payload, sign(pair, "SHA256withECDSA", payload), SignaturePayload.MEDIA_TYPE),
                layer(payload, sign(rsa, "SHA256withRSA", payload), SignaturePayload.MEDIA_TYPE)));
        assertThat(rig.verdict(IMAGE, CosignRig.by("ec")).digest()).isEqualTo(digest);
        assertThat(rig.verdict(IMAGE, CosignRig.by("rsa")).digest()).isEqualTo(digest);
    }

    @Test
    void whatCannotBeFetchedIsNotFoundOut() {
        alice.sign(rig.registry, REPOSITORY, digest);
        String signatures = CosignSigner.tag(digest);
        rig.registry.onManifest(REPOSITORY, signatures, Fault.status(503));
        assertThat(rig.denial(IMAGE, ALICE)).isEqualTo(Reason.INCONCLUSIVE);

        rig.registry.onManifest(REPOSITORY, signatures, Fault.status(403));
        assertThat(rig.denial(IMAGE, ALICE)).isEqualTo(Reason.UNAUTHORIZED);

        rig.registry.clearFaults();
        byte[] payload = CosignSigner.payload(rig.registry.host() + "/" + REPOSITORY, digest);
        rig.registry.onBlob(REPOSITORY, Digest.of(payload), Fault.status(500));
        assertThat(rig.denial(IMAGE, ALICE)).isEqualTo(Reason.INCONCLUSIVE);
        rig.registry.onBlob(REPOSITORY, Digest.of(payload), Fault.status(404));
        assertThat(rig.denial(IMAGE, ALICE)).isEqualTo(Reason.MALFORMED_SIGNATURE);

        alice.attach(rig.registry, REPOSITORY, digest, CosignSigner.payload("acme.example/app", digest));
        assertThat(rig.verdict(IMAGE, ALICE).digest())
                .as("another signature that can be fetched is enough")
                .isEqualTo(digest);

        rig.registry.onManifest(REPOSITORY, "v1", Fault.status(502));
        assertThat(rig.denial(IMAGE, ALICE)).isEqualTo(Reason.INCONCLUSIVE);
    }

    @Test
    void saysWhatTheOriginalSays() {
        String name = rig.registry.host() + "/" + REPOSITORY;
        assertThat(rig.refusal(IMAGE, ALICE)).hasMessage("error validating image: [no signatures found]");
        assertThat(rig.refusal(REPOSITORY + ":v2", ALICE))
                .hasMessageStartingWith("image " + name + ":v2 does not exist: image tag not found: ");
        RuleOptions all = CosignRig.options(TrustRoots.ALL, 0, List.of());
        assertThat(rig.refusal(IMAGE, all)).hasMessage("validation threshold not reached (0/2)");
        assertThat(rig.refusal(IMAGE, CosignRig.options(TrustRoots.ALL, 0, List.of("bob"))))
                .hasMessage("missing required signatures from [bob]");
        assertThat(rig.refusal(IMAGE, CosignRig.by("charlie"))).satisfies(denial -> {
            assertThat(denial.reason()).isEqualTo(Reason.MISCONFIGURED);
            assertThat(denial)
                    .hasMessage("error getting verifiers: error getting trust roots for validator v: unable to find"
                            + " trust root charlie");
        });
    }

    @Test
    void rulesThatCanNeverWorkAreNamedAtStart() {
        assertThat(rig.validator().check(CosignRig.options(TrustRoots.ALL, 3, List.of())))
                .extracting(RuleProblem::option)
                .containsExactly("threshold");
        assertThat(rig.validator().check(CosignRig.options(TrustRoots.ALL, 2, List.of())))
                .isEmpty();
        assertThat(rig.validator().check(CosignRig.by("charlie")))
                .extracting(RuleProblem::option)
                .containsExactly("trustRoot");
    }

    @Test
    void aProofThatCannotBeCheckedIsDenied() {
        alice.sign(rig.registry, REPOSITORY, digest);
        RuleOptions defaults = RuleOptions.DEFAULTS;
        RuleOptions log = new RuleOptions(
                "alice",
                defaults.mode(),
                true,
                false,
                0,
                List.of(),
                List.of(),
                defaults.verificationLevel(),
                defaults.verifyTimestamp());

        rig.part("trustedRoot", "'{\"mediaType\": \"application/vnd.dev.sigstore.trustedroot+json;version=0.1\"}'");
        assertThat(rig.denial(IMAGE, log)).isEqualTo(Reason.LOG);
        assertThat(rig.verdict(IMAGE, ALICE).digest()).isEqualTo(digest);
    }

    private void attach(List<JsonObjectBuilder> layers) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        layers.forEach(array::add);
        TestImage.pushManifest(rig.registry, REPOSITORY, CosignSigner.tag(digest), array.build());
    }

    private JsonObjectBuilder layer(byte[] payload, String signature, String mediaType) {
        JsonObjectBuilder annotations = Json.createObjectBuilder();
        if (!signature.isEmpty()) {
            annotations.add(CosignSigner.SIGNATURE, signature);
        }
        return TestImage.descriptor(rig.registry, mediaType, payload).add("annotations", annotations);
    }

    private static Arguments payload(String what, UnaryOperator<String> change, @Nullable Reason reason) {
        return Arguments.of(what, change, reason);
    }

    private static String sign(KeyPair pair, String algorithm, byte[] payload) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        signature.update(payload);
        return Base64.getEncoder().encodeToString(signature.sign());
    }

    private static String pem(KeyPair pair) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }
}

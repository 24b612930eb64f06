package dev.connaisseur.validator.notation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.policy.RuleOptions.VerificationLevel;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.testing.Zoo;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.Verdict;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The zoo's images through the validator, each with twins that differ in one thing. */
class NotationZooTest {
    private static final Map<String, Reason> REASONS =
            Map.of("untrusted-chain", Reason.UNTRUSTED_SIGNER, "expired", Reason.EXPIRED);

    private final NotationRig rig = NotationRig.withZoo();

    @AfterEach
    void close() {
        rig.close();
    }

    static List<Zoo.Case> cases() {
        List<Zoo.Case> cases = new ArrayList<>(Zoo.cases("notation-acme"));
        cases.addAll(Zoo.cases("notation-wabbit"));
        assertThat(cases).hasSize(11);
        return cases;
    }

    static List<Zoo.Case> allowed() {
        return cases().stream().filter(Zoo.Case::allowed).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isDecidedAsLabelled(Zoo.Case row) {
        trust(row);
        if (row.allowed()) {
            Verdict.Signed verdict = rig.verdict(row.image(), options(row));
            assertThat(verdict.digest()).isEqualTo(row.digest().orElseThrow());
            assertThat(verdict.signers()).containsExactly("default");
            boolean lenient = options(row).verificationLevel() != VerificationLevel.STRICT;
            assertThat(verdict.warnings()).hasSize(lenient ? 1 : 0);
        } else {
            assertThat(rig.refusal(row.image(), options(row)).reason())
                    .isEqualTo(REASONS.get(row.reason().orElseThrow()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void twinWithAnotherTrustRoot(Zoo.Case row) {
        rig.root("default", NotationSigner.create("CN=stranger").rootPem());

        assertThat(rig.refusal(row.image(), options(row)).reason()).isEqualTo(Reason.UNTRUSTED_SIGNER);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void twinWithTheEnvelopesOfAnotherImage(Zoo.Case row) {
        trust(row);
        Digest other = TestImage.push(rig.registry, repository(row), "other", "another image");
        for (Layer layer : layers(row)) {
            NotationSigner.attach(
                    rig.registry, repository(row), other, other, layer.mediaType(), rig.registry.bytes(layer.digest()));
        }

        assertThat(rig.refusal(repository(row) + ":other", options(row)).reason())
                .isEqualTo(Reason.OTHER_IMAGE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void twinWithABitFlippedInEverySignature(Zoo.Case row) {
        trust(row);
        replaceEnvelopes(row, NotationZooTest::withFlippedSignature);

        assertThat(rig.refusal(row.image(), options(row)).reason()).isEqualTo(Reason.MALFORMED_SIGNATURE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void twinWhoseReferrersAreAboutAnotherImage(Zoo.Case row) {
        trust(row);
        Digest image = row.digest().orElseThrow();
        Digest other = TestImage.push(rig.registry, repository(row), "other", "another image");
        List<Layer> layers = layers(row);
        rig.registry.untag(repository(row), "sha256-" + image.hex());
        for (Layer layer : layers) {
            NotationSigner.attach(
                    rig.registry, repository(row), image, other, layer.mediaType(), rig.registry.bytes(layer.digest()));
        }

        assertThat(rig.refusal(row.image(), options(row)).reason()).isEqualTo(Reason.NO_SIGNATURE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void twinWithFiftyForeignSignaturesBeforeTheGoodOne(Zoo.Case row) {
        trust(row);
        Digest image = row.digest().orElseThrow();
        NotationSigner stranger = NotationSigner.create("CN=stranger");
        String payload = NotationSigner.payload(TestImage.MANIFEST, image, rig.registry.bytes(image).length);
        for (int i = 0; i < 50; i++) {
            String envelope = stranger.jws(stranger.header().add("number", i).build(), payload)
                    .toString();
            NotationSigner.attach(rig.registry, repository(row), image, envelope.getBytes(StandardCharsets.UTF_8));
        }

        assertThat(rig.verdict(row.image(), options(row)).digest()).isEqualTo(image);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void twinWhoseEnvelopesCannotBeFetched(Zoo.Case row) {
        trust(row);
        layers(row).forEach(layer -> rig.registry.onContent(layer.digest(), Fault.status(503)));

        assertThat(rig.refusal(row.image(), options(row)).reason()).isEqualTo(Reason.INCONCLUSIVE);
    }

    @Test
    void twinWithoutSignature() {
        rig.root("default", Zoo.certificate("acme-ca"));
        TestImage.push(rig.registry, "zoo/unsigned", "v1", "unsigned");

        assertThat(rig.refusal("zoo/unsigned:v1", NotationRig.by("default")))
                .hasMessageStartingWith("failed to verify image: no signature is associated with \"")
                .hasMessageEndingWith("\", make sure the artifact was signed successfully")
                .extracting("reason")
                .isEqualTo(Reason.NO_SIGNATURE);
    }

    @Test
    void twinWithoutImage() {
        rig.root("default", Zoo.certificate("acme-ca"));

        assertThat(rig.refusal("zoo/notation-acme-jws:v9", NotationRig.by("default")))
                .hasMessageStartingWith("failed to resolve image tag: ")
                .extracting("reason")
                .isEqualTo(Reason.IMAGE_NOT_FOUND);
    }

    @Test
    void twinUnderATrustRootThatIsNotThere() {
        rig.root("default", Zoo.certificate("acme-ca"));

        assertThat(rig.refusal("zoo/notation-acme-jws:v1", NotationRig.by("acme")))
                .hasMessage("failed to set up trust policy: failed to get trust roots: unable to find trust root acme")
                .extracting("reason")
                .isEqualTo(Reason.MISCONFIGURED);
    }

    @Test
    void theTagIsReadOnce() {
        rig.root("default", Zoo.certificate("acme-ca"));

        rig.verdict("zoo/notation-acme-jws:v1", NotationRig.by("default"));

        assertThat(rig.registry.log().stream().filter(one -> one.path().endsWith("/manifests/v1")))
                .hasSize(1);
    }

    private void trust(Zoo.Case row) {
        rig.root("default", Zoo.certificate(row.rule().validator().substring("notation-".length()) + "-ca"));
    }

    private static RuleOptions options(Zoo.Case row) {
        String level = row.rule().string("verificationLevel").orElse("strict");
        return NotationRig.options(
                row.rule().string("trustRoot").orElse("default"),
                VerificationLevel.valueOf(level.toUpperCase(java.util.Locale.ROOT)));
    }

    private static String repository(Zoo.Case row) {
        return row.image().split("[:@]", 2)[0];
    }

    private record Layer(String mediaType, Digest digest) {}

    private List<Layer> layers(Zoo.Case row) {
        Digest index = rig.registry
                .tagged(repository(row), "sha256-" + row.digest().orElseThrow().hex())
                .orElseThrow();
        return json(index).getJsonArray("manifests").stream()
                .map(entry -> json(Digest.parse(entry.asJsonObject().getString("digest"))
                                .orElseThrow())
                        .getJsonArray("layers")
                        .getJsonObject(0))
                .map(layer -> new Layer(
                        layer.getString("mediaType"),
                        Digest.parse(layer.getString("digest")).orElseThrow()))
                .toList();
    }

    private void replaceEnvelopes(Zoo.Case row, java.util.function.BinaryOperator<byte[]> change) {
        Digest image = row.digest().orElseThrow();
        List<Layer> layers = layers(row);
        rig.registry.untag(repository(row), "sha256-" + image.hex());
        for (Layer layer : layers) {
            byte[] changed = change.apply(
                    layer.mediaType().getBytes(StandardCharsets.UTF_8), rig.registry.bytes(layer.digest()));
            NotationSigner.attach(rig.registry, repository(row), image, image, layer.mediaType(), changed);
        }
    }

    private static byte[] withFlippedSignature(byte[] mediaType, byte[] envelope) {
        if (new String(mediaType, StandardCharsets.UTF_8).endsWith("cose")) {
            envelope[envelope.length - 5] ^= 1;
            return envelope;
        }
        try (var reader = Json.createReader(new ByteArrayInputStream(envelope))) {
            JsonObject jws = reader.readObject();
            byte[] signature = Base64.getUrlDecoder().decode(jws.getString("signature"));
            signature[signature.length - 5] ^= 1;
            return Json.createObjectBuilder(jws)
                    .add("signature", Base64.getUrlEncoder().withoutPadding().encodeToString(signature))
                    .build()
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    private JsonObject json(Digest digest) {
        try (var reader = Json.createReader(new ByteArrayInputStream(rig.registry.bytes(digest)))) {
            return reader.readObject();
        }
    }
}

package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.policy.SignatureDemands;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.Zoo;
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.Verdict;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The zoo's images through the validator, each with twins that differ in one thing. */
class CosignZooTest {
    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private static final Map<String, Reason> REASONS = Map.of(
            "wrong-key", Reason.UNTRUSTED_SIGNER,
            "no-signature", Reason.NO_SIGNATURE,
            "threshold", Reason.THRESHOLD,
            "digest-mismatch", Reason.OTHER_IMAGE,
            "not-found", Reason.IMAGE_NOT_FOUND,
            "required", Reason.REQUIRED_SIGNER,
            "annotation", Reason.ANNOTATION);

    private final CosignRig rig = withZooKeys();

    private static CosignRig withZooKeys() {
        CosignRig rig = CosignRig.withZoo();
        for (String name : List.of("alice", "bob", "charlie", "rsa", "ed", "p384")) {
            rig.key(name, Zoo.key(name));
        }
        return rig;
    }

    @AfterEach
    void close() {
        rig.close();
    }

    static List<Zoo.Case> cases() {
        List<Zoo.Case> cases = Zoo.cases("cosign").stream().toList();
        assertThat(cases).hasSize(40);
        return cases;
    }

    static List<Zoo.Case> allowed() {
        return cases().stream()
                .filter(Zoo.Case::allowed)
                .filter(row -> !row.image().startsWith("zoo/bundle-"))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isDecidedAsLabelled(Zoo.Case row) {
        if (row.allowed()) {
            assertThat(rig.verdict(row.image(), options(row)).digest())
                    .isEqualTo(row.digest().orElseThrow());
        } else {
            assertThat(rig.denial(row.image(), options(row)))
                    .isEqualTo(REASONS.get(row.reason().orElseThrow()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void twinWithAnotherTrustRoot(Zoo.Case row) {
        rig.key("stranger", CosignSigner.create().publicKey());

        assertThat(rig.denial(row.image(), CosignRig.by("stranger"))).isEqualTo(Reason.UNTRUSTED_SIGNER);
        assertThat(rig.verdict(row.image(), options(row)).digest())
                .isEqualTo(row.digest().orElseThrow());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void twinWithABitFlippedInEverySignature(Zoo.Case row) {
        resign(row, layer -> {
            byte[] signature = Base64.getDecoder()
                    .decode(layer.getJsonObject("annotations").getString(SIGNATURE));
            signature[signature.length - 1] ^= 1;
            return Json.createObjectBuilder(layer)
                    .add(
                            "annotations",
                            Json.createObjectBuilder()
                                    .add(SIGNATURE, Base64.getEncoder().encodeToString(signature)))
                    .build();
        });

        assertThat(rig.denial(row.image(), options(row))).isEqualTo(Reason.UNTRUSTED_SIGNER);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void twinWithABitFlippedInEveryPayload(Zoo.Case row) {
        resign(row, layer -> {
            byte[] payload =
                    rig.registry.bytes(Digest.parse(layer.getString("digest")).orElseThrow());
            payload[payload.length / 2] ^= 1;
            return Json.createObjectBuilder(layer)
                    .add("digest", rig.registry.putBlob(payload).toString())
                    .build();
        });

        assertThat(rig.denial(row.image(), options(row))).isEqualTo(Reason.UNTRUSTED_SIGNER);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void twinWithAPayloadThatIsNotWhatTheManifestSays(Zoo.Case row) {
        for (JsonValue layer : signatures(row).getJsonArray("layers")) {
            Digest payload =
                    Digest.parse(layer.asJsonObject().getString("digest")).orElseThrow();
            rig.registry.onContent(payload, Fault.flippedBit(77));
        }

        assertThat(rig.denial(row.image(), options(row))).isEqualTo(Reason.MALFORMED_SIGNATURE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void twinWithABitFlippedInTheManifest(Zoo.Case row) {
        rig.registry.onContent(row.digest().orElseThrow(), Fault.flippedBit(77));

        assertThat(rig.denial(row.image(), options(row))).isEqualTo(Reason.MALFORMED_IMAGE);
    }

    @Test
    void twinUnderAManifestOfOtherBytes() {
        String repository = "zoo/cosign-alice";
        Digest signed = rig.registry.tagged(repository, "v1").orElseThrow();
        String other = new String(rig.registry.bytes(signed), StandardCharsets.UTF_8).replaceFirst("\\{", "{ ");
        rig.registry.putManifest(repository, "v1", MANIFEST, other.getBytes(StandardCharsets.UTF_8));

        assertThat(rig.denial(repository + ":v1", CosignRig.by("alice"))).isEqualTo(Reason.NO_SIGNATURE);
        assertThat(rig.verdict(repository + "@" + signed, CosignRig.by("alice")))
                .isEqualTo(new Verdict.Signed(signed, List.of("alice")));
    }

    @Test
    void oneAdmissionAsksForEverythingOnce() {
        rig.verdict("zoo/cosign-three:v1", CosignRig.options(TrustRoots.ALL, 3, List.of()));

        assertThat(rig.registry.contentLog())
                .as("6 trust roots, 3 signatures over one payload")
                .hasSize(2 + 1);
    }

    private static RuleOptions options(Zoo.Case row) {
        return CosignRig.options(
                        row.rule().string("trustRoot").orElse("default"),
                        row.rule().integer("threshold", 0),
                        row.rule().strings("required"))
                .demanding(new SignatureDemands(false, row.rule().annotations(), false, true, List.of()));
    }

    private JsonObject signatures(Zoo.Case row) {
        Digest manifest = rig.registry.tagged(repository(row), tag(row)).orElseThrow();
        try (var reader = Json.createReader(new ByteArrayInputStream(rig.registry.bytes(manifest)))) {
            return reader.readObject();
        }
    }

    /** Replaces the image's signatures by what {@code change} makes of each. */
    private void resign(Zoo.Case row, UnaryOperator<JsonObject> change) {
        JsonObject manifest = signatures(row);
        var layers = Json.createArrayBuilder();
        manifest.getJsonArray("layers").forEach(layer -> layers.add(change.apply(layer.asJsonObject())));
        String changed =
                Json.createObjectBuilder(manifest).add("layers", layers).build().toString();
        rig.registry.putManifest(repository(row), tag(row), MANIFEST, changed.getBytes(StandardCharsets.UTF_8));
    }

    private static String repository(Zoo.Case row) {
        return row.image().split("[:@]", 2)[0];
    }

    private static String tag(Zoo.Case row) {
        return "sha256-" + row.digest().orElseThrow().hex() + ".sig";
    }
}

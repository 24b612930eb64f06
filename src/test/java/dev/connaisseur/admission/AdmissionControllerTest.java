package dev.connaisseur.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.admission.AdmissionDecision.Refused;
import dev.connaisseur.admission.Grounds.Result;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.JsonPatch.Replace;
import dev.connaisseur.kubernetes.WorkloadKind;
import dev.connaisseur.policy.Match;
import dev.connaisseur.policy.RuleOptions.Mode;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.validator.Verdict;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdmissionControllerTest {
    private static final String APP = "reg.io/app";
    private static final String PINNED = "reg.io/app:v1@" + Bench.DIGEST;

    private final Bench bench = new Bench()
            .signed("cosign", Map.of(APP, Bench.DIGEST, "reg.io/init", Bench.OTHER))
            .rule("*:*", "cosign")
            .rule("reg.io/allow", "allow")
            .rule("reg.io/deny", "deny");

    @AfterEach
    void close() {
        bench.close();
    }

    private static Map<String, List<String>> allLists() {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        lists.put("ephemeralContainers", List.of("reg.io/app:v1"));
        lists.put("initContainers", List.of("reg.io/init:v1", "reg.io/app:v1"));
        lists.put("containers", List.of("reg.io/app:v1", "reg.io/allow:v1", PINNED));
        return lists;
    }

    /** The patch, applied to the object that was sent, pins every signed image and touches nothing else. */
    @ParameterizedTest
    @EnumSource(WorkloadKind.class)
    void everyKindIsPatchedWhereItsImagesStand(WorkloadKind kind) {
        JsonObject review = Reviews.create(kind.kind(), "u-1", allLists());
        Allowed allowed = (Allowed) bench.review(review);
        JsonObject object = review.getJsonObject("request").getJsonObject("object");
        String patched = Json.createPatch(
                        Json.createReader(new StringReader(allowed.patch().toJson()))
                                .readArray())
                .apply(object)
                .toString();
        String initPinned = "reg.io/init:v1@" + Bench.OTHER;
        String expected = object.toString()
                .replace("\"reg.io/app:v1\"", "\"" + PINNED + "\"")
                .replace("\"reg.io/init:v1\"", "\"" + initPinned + "\"");
        if (kind != WorkloadKind.POD) {
            String inTemplate = "\"ephemeralContainers\":[{\"name\":\"ephemeralcontainers-0\",\"image\":\"";
            expected = expected.replace(inTemplate + PINNED, inTemplate + "reg.io/app:v1");
        }
        assertThat(patched).isEqualTo(expected);
        assertThat(allowed.patch().operations())
                .extracting(Replace::path)
                .map(p -> p.substring(kind.podSpec().length()))
                .containsExactlyElementsOf(
                        kind == WorkloadKind.POD
                                ? List.of(
                                        "/containers/0/image",
                                        "/initContainers/0/image",
                                        "/initContainers/1/image",
                                        "/ephemeralContainers/0/image")
                                : List.of("/containers/0/image", "/initContainers/0/image", "/initContainers/1/image"));
    }

    @ParameterizedTest
    @EnumSource(WorkloadKind.class)
    void anUnsignedImageAnywhereRefusesEveryKind(WorkloadKind kind) {
        for (String list : kind == WorkloadKind.POD
                ? List.of("containers", "initContainers", "ephemeralContainers")
                : List.of("containers", "initContainers")) {
            Map<String, List<String>> lists = new LinkedHashMap<>();
            lists.put("containers", List.of("reg.io/app:v1"));
            lists.put(list, List.of("reg.io/app:v1", "reg.io/evil:v1"));
            assertThat(bench.review(Reviews.create(kind.kind(), "u", lists))
                            .toResponse()
                            .allowed())
                    .as(list)
                    .isFalse();
        }
    }

    @Test
    void aSecondRoundChangesNothing() {
        JsonObject review = Reviews.create("Pod", "u", PINNED);
        assertThat(((Allowed) bench.review(review)).patch().isEmpty()).isTrue();
    }

    @Test
    void oneImageIsVerifiedOnce() {
        ScriptedValidator validator =
                new ScriptedValidator("cosign", (i, c) -> new Verdict.Signed(Bench.DIGEST, List.of()));
        bench.with(validator);
        bench.review(Reviews.create("Pod", "u", "reg.io/app:v1", "reg.io/app:v1", "reg.io/app", "reg.io/app:v1"));
        assertThat(validator.asked())
                .extracting(ImageReference::original)
                .containsExactlyInAnyOrder("reg.io/app:v1", "reg.io/app");
    }

    @Test
    void oneRefusedImageReadsAsTheOriginalWroteIt() {
        Refused refused = (Refused) bench.review(Reviews.create("Pod", "u", "reg.io/evil:v1", "reg.io/app:v1"));
        assertThat(Bench.text(refused))
                .isEqualTo("error during cosign validation of image reg.io/evil:v1: no signatures found. Unable to find"
                        + " signed digest for image reg.io/evil:v1. [rule \"*:*\", validator cosign] Sign it with trust root"
                        + " \"default\".");
        assertThat(refused.grounds().result()).isEqualTo(Result.ERROR);
        assertThat(refused.toResponse().patch().isEmpty()).isTrue();
    }

    @Test
    void severalRefusedImagesStandInContainerOrder() {
        for (int round = 0; round < 20; round++) {
            Refused refused = (Refused) bench.review(Reviews.create(
                    "Pod", "u", "reg.io/evil:1", "reg.io/deny:1", "reg.io/app:v1", "no:such:thing", "reg.io/evil:2"));
            assertThat(Bench.text(refused))
                    .isEqualTo(
                            "4 of 5 images refused: error during cosign validation of image reg.io/evil:1: no signatures"
                                    + " found. Unable to find signed digest for image reg.io/evil:1. [rule \"*:*\", validator"
                                    + " cosign]; static deny for image reg.io/deny:1 using rule reg.io/deny [rule \"reg.io/deny\","
                                    + " validator deny]; "
                                    + invalid("no:such:thing").replace(". Correct the image reference.", "")
                                    + "; error during cosign validation of image"
                                    + " reg.io/evil:2: no signatures found. Unable to find signed digest for image reg.io/evil:2."
                                    + " [rule \"*:*\", validator cosign] Begin with the first: Sign it with trust root"
                                    + " \"default\".");
        }
    }

    private String invalid(String image) {
        return Bench.text(bench.review(Reviews.create("Pod", "u", image)));
    }

    @Test
    void manyRefusedImagesAreCounted() {
        String[] images =
                IntStream.range(0, 50).mapToObj(i -> "reg.io/evil:" + i).toArray(String[]::new);
        Refused refused = (Refused) bench.review(Reviews.create("Pod", "u", images));
        assertThat(Bench.text(refused))
                .startsWith("50 of 50 images refused: error during cosign validation of image reg.io/evil:0: ")
                .endsWith("; … and 45 more. For each: Sign it with trust root \"default\".")
                .hasSizeLessThan(970);
    }

    @Test
    void whatNeedsNoLookUpIsDecidedAtOnce() {
        for (String image : List.of("reg.io/allow:1", "reg.io/deny:1", "no:such:thing", "")) {
            AdmissionReview review = parsed(Reviews.create("Pod", "u", image));
            CompletableFuture<AdmissionDecision> stage = bench.controller()
                    .review(review, bench.generation(), Deadline.after(Duration.ofSeconds(5)))
                    .toCompletableFuture();
            assertThat(stage).as(image).isCompleted();
        }
    }

    private static AdmissionReview parsed(JsonObject review) {
        return AdmissionReview.parse(review.toString().getBytes(UTF_8));
    }

    @Test
    void noRuleNoValidatorAndUnusableRulesDeny() {
        bench.match("reg.io/none", new Match.None(List.of("w")))
                .rule("reg.io/lost", "missing")
                .match(
                        "reg.io/broken",
                        new Match.One(
                                Bench.rule("reg.io/broken", "allow", Mode.MUTATE)
                                        .unusable("trust root x is not there"),
                                List.of()));
        assertThat(message("reg.io/none"))
                .isEqualTo("no matching rule for image reg.io/none. Use an image that the policy permits.");
        assertThat(message("reg.io/lost"))
                .isEqualTo("validator \"missing\" not found [rule \"reg.io/lost\"] Have this rule corrected.");
        assertThat(message("reg.io/broken"))
                .isEqualTo(
                        "trust root x is not there [rule \"reg.io/broken\", validator allow] Have this rule corrected.");
    }

    private String message(String image) {
        return Bench.text(bench.review(Reviews.create("Pod", "u", image)));
    }

    @Test
    void whereTwoRulesGovernBothMustAgree() {
        ScriptedValidator second = new ScriptedValidator(
                "second", (i, c) -> new Verdict.Signed(i.digest().orElse(Bench.OTHER), List.of("b")));
        bench.with(second).signed("third", Map.of(APP, Bench.OTHER));
        Allowed agreed = (Allowed) bench.match(APP, both("cosign", "second")).review(Reviews.create("Pod", "u", APP));
        assertThat(agreed.patch().operations())
                .extracting(Replace::value)
                .containsExactly("reg.io/app:latest@" + Bench.DIGEST);
        assertThat(second.asked()).extracting(ImageReference::digest).containsExactly(Optional.of(Bench.DIGEST));
        assertThat(agreed.warnings()).containsExactly("patterns differ");

        assertThat(bench.match(APP, both("cosign", "third")).review(Reviews.create("Pod", "u", APP)))
                .isInstanceOfSatisfying(
                        Refused.class,
                        r -> assertThat(Bench.text(r))
                                .contains("found " + Bench.OTHER + ", but the image or another rule names "
                                        + Bench.DIGEST));
        assertThat(bench.match(APP, both("allow", "deny")).review(Reviews.create("Pod", "u", APP)))
                .isInstanceOf(Refused.class);
        assertThat(bench.match(APP, both("cosign", "deny")).review(Reviews.create("Pod", "u", APP)))
                .isInstanceOf(Refused.class);
        Allowed one = (Allowed) bench.match(APP, both("allow", "cosign")).review(Reviews.create("Pod", "u", APP));
        assertThat(one.patch().operations()).hasSize(1);
        assertThat(bench.match("reg.io/evil", both("allow", "cosign"))
                        .review(Reviews.create("Pod", "u", "reg.io/evil")))
                .isInstanceOf(Refused.class);
    }

    private static Match both(String first, String second) {
        return new Match.Both(
                Bench.rule("one", first, Mode.MUTATE),
                Bench.rule("two", second, Mode.MUTATE),
                List.of("patterns differ"));
    }

    @Test
    void aDigestThatTheImageDoesNotNameIsRefused() {
        Refused refused = (Refused) bench.review(Reviews.create("Pod", "u", "reg.io/app:v1@" + Bench.OTHER));
        assertThat(Bench.text(refused))
                .contains("found " + Bench.DIGEST + ", but the image or another rule names " + Bench.OTHER);
    }

    @Test
    void validateOnlyLeavesTheTagAndWarns() {
        bench.match(APP, new Match.One(Bench.rule("reg.io/app", "cosign", Mode.INSECURE_VALIDATE_ONLY), List.of()));
        Allowed allowed = (Allowed) bench.review(Reviews.create("Pod", "u", "reg.io/app:v1"));
        assertThat(allowed.patch().isEmpty()).isTrue();
        assertThat(allowed.warnings())
                .containsExactly(
                        "image reg.io/app:v1 was verified but is not pinned to its digest: rule \"reg.io/app\" has mode"
                                + " insecureValidateOnly");
        assertThat(((Allowed) bench.review(Reviews.create("Pod", "u", PINNED))).warnings())
                .isEmpty();
    }

    @Test
    void normalisationAloneIsNoReasonToPatch() {
        bench.rule("index.docker.io/library/test-image", "allow")
                .signed("cosign", Map.of("index.docker.io/library/nginx", Bench.DIGEST));
        assertThat(((Allowed) bench.review(Reviews.create("Pod", "u", "test-image")))
                        .patch()
                        .isEmpty())
                .isTrue();
        assertThat(((Allowed) bench.review(Reviews.create("Pod", "u", "nginx@" + Bench.DIGEST)))
                        .patch()
                        .isEmpty())
                .isTrue();
        assertThat(((Allowed) bench.review(Reviews.create("Pod", "u", "nginx")))
                        .patch()
                        .operations())
                .extracting(Replace::value)
                .containsExactly("index.docker.io/library/nginx:latest@" + Bench.DIGEST);
    }

    @Test
    void tooManyImagesAreRefusedUnseen() {
        try (Bench small = new Bench(new AdmissionLimits(3, 2, 2)).rule("*:*", "allow")) {
            assertThat(small.review(Reviews.create("Pod", "u", "a", "b", "c", "c")))
                    .isInstanceOf(Allowed.class);
            assertThat(small.review(Reviews.create("Pod", "u", "a", "b", "c", "d")))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            r -> assertThat(Bench.text(r))
                                    .isEqualTo(
                                            "the object names 4 different images, more than the 3 that one request may"
                                                    + " name"));
        }
    }

    @Test
    void detectionModeAdmitsWithTheReason() {
        bench.features(Bench.features(false, true, ResourceValidation.ALL, ImageVolumes.VALIDATE));
        Allowed allowed = (Allowed) bench.review(Reviews.create("Pod", "u", "reg.io/deny"));
        String text =
                "static deny for image reg.io/deny using rule reg.io/deny [rule \"reg.io/deny\", validator deny] Use an"
                        + " image that the policy permits. (id "
                        + allowed.grounds().id() + ")";
        assertThat(allowed.warnings()).containsExactly("detection mode active", text);
        assertThat(allowed.inSpiteOf()).contains(text);
        assertThat(allowed.grounds().result()).isEqualTo(Result.ERROR);
        assertThat(bench.review(Reviews.create("Role", "u", "x"))).isInstanceOf(Allowed.class);
        assertThat(((Allowed) bench.review(Reviews.create("Pod", "u", "reg.io/app")))
                        .patch()
                        .isEmpty())
                .isFalse();
    }

    @Test
    void podsOnlyAdmitsOtherKindsUnpatched() {
        bench.features(Bench.features(false, true, ResourceValidation.PODS_ONLY, ImageVolumes.VALIDATE));
        Allowed refused = (Allowed) bench.review(Reviews.create("Deployment", "u", "reg.io/deny"));
        assertThat(refused.warnings().getFirst()).isEqualTo("pod-only validation active");
        assertThat(refused.warnings()).hasSize(2);
        Allowed signed = (Allowed) bench.review(Reviews.create("Deployment", "u", "reg.io/app"));
        assertThat(signed.patch().isEmpty()).isTrue();
        assertThat(signed.warnings()).isEmpty();
        bench.features(Bench.features(false, false, ResourceValidation.PODS_ONLY, ImageVolumes.VALIDATE));
        assertThat(bench.review(Reviews.create("Pod", "u", "reg.io/deny"))).isInstanceOf(Refused.class);
    }

    @Test
    void theAnswerCarriesTheRequestsUid() {
        JsonObject review = Reviews.create("Pod", "u-77", "reg.io/deny:1");
        byte[] answer = bench.review(review).toResponse().toJson(parsed(review));
        JsonObject response = Json.createReader(new StringReader(new String(answer, UTF_8)))
                .readObject()
                .getJsonObject("response");
        assertThat(response.getString("uid")).isEqualTo("u-77");
        assertThat(response.getJsonObject("status").getString("message")).startsWith("static deny");
    }

    @Test
    void countsUnderTheOriginalsNames() {
        bench.signed("cosign", Map.<String, Digest>of(APP, Bench.DIGEST));
        bench.review(Reviews.create(
                "Pod",
                "u",
                "reg.io/app",
                "reg.io/app",
                "reg.io/allow",
                "reg.io/allow:2",
                "reg.io/deny",
                "reg.io/no:1"));
        bench.review(Reviews.create("Pod", "u", "reg.io/app"));
        assertThat(bench.metrics("connaisseur_requests_"))
                .containsExactlyInAnyOrder(
                        "connaisseur_requests_admitted_total 1.0",
                        "connaisseur_requests_denied_total{timeout=\"false\"} 1.0");
        assertThat(bench.metrics("connaisseur_validations_"))
                .containsExactlyInAnyOrder(
                        "connaisseur_validations_total{result=\"success\",type=\"cosign\",validator_name=\"cosign\"} 2.0",
                        "connaisseur_validations_total{result=\"error\",type=\"cosign\",validator_name=\"cosign\"} 1.0",
                        "connaisseur_validations_total{result=\"success\",type=\"static\",validator_name=\"allow\"} 2.0",
                        "connaisseur_validations_total{result=\"error\",type=\"static\",validator_name=\"deny\"} 1.0",
                        "connaisseur_validations_successful_total{type=\"cosign\",validator_name=\"cosign\"} 2.0",
                        "connaisseur_validations_successful_total{type=\"static\",validator_name=\"allow\"} 2.0",
                        "connaisseur_validations_failed_total{type=\"cosign\",validator_name=\"cosign\"} 1.0",
                        "connaisseur_validations_failed_total{type=\"static\",validator_name=\"deny\"} 1.0");
    }
}

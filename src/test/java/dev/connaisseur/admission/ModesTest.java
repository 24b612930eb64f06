package dev.connaisseur.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.admission.AdmissionDecision.Refused;
import dev.connaisseur.admission.Grounds.Result;
import dev.connaisseur.config.Settings.Features;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.JsonPatch.Replace;
import dev.connaisseur.kubernetes.WorkloadKind;
import dev.connaisseur.policy.Match;
import dev.connaisseur.policy.RuleOptions.Mode;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.validator.Verdict;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is let in on purpose, and how far. */
class ModesTest {
    private static final String UNSIGNED =
            "error during cosign validation of image reg.io/evil:1: no signatures found. Unable to find signed digest for image"
                    + " reg.io/evil:1. [rule \"%s\", validator cosign]";
    private static final String SIGN = " Sign it with trust root \"default\".";

    private final Bench bench = new Bench()
            .signed("cosign", Map.of("reg.io/app", Bench.DIGEST))
            .rule("*:*", "cosign")
            .rule("reg.io/allow", "allow")
            .rule("reg.io/deny", "deny");

    @AfterEach
    void close() {
        bench.close();
    }

    private static Features unchangedApproval() {
        return Bench.features(true, false, ResourceValidation.ALL, ImageVolumes.VALIDATE);
    }

    private static Features volumes(ImageVolumes mode) {
        return Bench.features(false, false, ResourceValidation.ALL, mode);
    }

    private static Match only(String pattern, String validator, Mode mode) {
        return new Match.One(Bench.rule(pattern, validator, mode), List.of());
    }

    private static Map<String, List<String>> lists(List<String> containers, List<String> initContainers) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        lists.put("containers", containers);
        lists.put("initContainers", initContainers);
        return lists;
    }

    // --- unchanged approval

    @Test
    void whatStandsWhereItStoodIsNotVerifiedAgain() {
        bench.features(unchangedApproval());
        Map<String, List<String>> evil = lists(List.of("reg.io/evil:1"), List.of());
        Allowed allowed = (Allowed) bench.review(Reviews.update("Deployment", "u", evil, evil));
        assertThat(allowed.grounds().result()).isEqualTo(Result.SKIP);
        assertThat(allowed.patch().isEmpty()).isTrue();
        assertThat(bench.metrics("connaisseur_validations_"))
                .containsExactlyInAnyOrder(
                        "connaisseur_validations_total{result=\"success\",type=\"cosign\",validator_name=\"cosign\"} 1.0",
                        "connaisseur_validations_successful_total{type=\"cosign\",validator_name=\"cosign\"} 1.0",
                        "connaisseur_validations_skipped_total{reason=\"unchanged image"
                                + " reference\",type=\"cosign\",validator_name=\"cosign\"} 1.0");
    }

    @Test
    void whatMovedOrChangedIsVerified() {
        bench.features(unchangedApproval());
        Map<String, List<String>> before = lists(List.of("reg.io/evil:1", "reg.io/app:1"), List.of("reg.io/app:2"));
        for (Map<String, List<String>> after : List.of(
                lists(List.of("reg.io/evil:2", "reg.io/app:1"), List.of("reg.io/app:2")),
                lists(List.of("reg.io/app:1", "reg.io/evil:1"), List.of("reg.io/app:2")),
                lists(List.of("reg.io/evil:1", "reg.io/app:1"), List.of("reg.io/evil:1")),
                lists(List.of("reg.io/evil:1", "reg.io/evil:1"), List.of()))) {
            assertThat(bench.review(Reviews.update("Pod", "u", before, after)))
                    .as(after.toString())
                    .isInstanceOf(Refused.class);
        }
        assertThat(bench.review(Reviews.update("Pod", "u", before, before))).isInstanceOf(Allowed.class);
    }

    @Test
    void staticRulesAndMissingRulesComeBeforeApprovals() {
        bench.features(unchangedApproval()).match("reg.io/none", new Match.None(List.of()));
        for (String image : List.of("reg.io/deny:1", "reg.io/none:1")) {
            Map<String, List<String>> same = lists(List.of(image), List.of());
            assertThat(bench.review(Reviews.update("Pod", "u", same, same))).isInstanceOf(Refused.class);
        }
    }

    @Test
    void aCreationOrTheSwitchOffApprovesNothing() {
        Map<String, List<String>> evil = lists(List.of("reg.io/evil:1"), List.of());
        assertThat(bench.review(Reviews.update("Pod", "u", evil, evil))).isInstanceOf(Refused.class);
        JsonObject update = Reviews.update("Pod", "u", evil, evil);
        String asCreate = update.toString().replace("\"UPDATE\"", "\"CREATE\"");
        bench.features(unchangedApproval());
        assertThat(bench.review(AdmissionReview.parse(asCreate.getBytes(UTF_8))))
                .isInstanceOf(Refused.class);
    }

    // --- audit mode of a rule

    @Test
    void anAuditingRuleWarnsAndLetsIn() {
        bench.match("reg.io/evil", only("reg.io/evil", "cosign", Mode.AUDIT));
        Allowed allowed = (Allowed) bench.review(Reviews.create("Pod", "u", "reg.io/evil:1"));
        String text = UNSIGNED.formatted("reg.io/evil");
        assertThat(allowed.warnings()).containsExactly("audit: " + text);
        assertThat(Bench.text(allowed)).isEqualTo(text + SIGN);
        assertThat(allowed.grounds().result()).isEqualTo(Result.ERROR);
        assertThat(bench.metrics("connaisseur_validations_audited"))
                .containsExactly(
                        "connaisseur_validations_audited_total{type=\"cosign\",validator_name=\"cosign\"} 1.0");
        assertThat(bench.metrics("connaisseur_requests_")).containsExactly("connaisseur_requests_admitted_total 1.0");
    }

    @Test
    void anAuditingRuleNeitherPinsNorCoversOthers() {
        bench.match("reg.io/app", only("reg.io/app", "cosign", Mode.AUDIT))
                .match("reg.io/deny", only("reg.io/deny", "deny", Mode.AUDIT));
        assertThat(((Allowed) bench.review(Reviews.create("Pod", "u", "reg.io/app:1")))
                        .patch()
                        .isEmpty())
                .isTrue();
        assertThat(((Allowed) bench.review(Reviews.create("Pod", "u", "reg.io/deny:1"))).warnings())
                .hasSize(1);
        assertThat(bench.review(Reviews.create("Pod", "u", "reg.io/deny:1", "reg.io/evil:1")))
                .isInstanceOfSatisfying(
                        Refused.class, r -> assertThat(Bench.text(r)).isEqualTo(UNSIGNED.formatted("*:*") + SIGN));
    }

    @Test
    void ofTwoRulesOnlyTheAuditingOneIsLenient() {
        bench.match("reg.io/evil", both(Mode.AUDIT, "cosign", Mode.MUTATE, "cosign"));
        assertThat(bench.review(Reviews.create("Pod", "u", "reg.io/evil:1"))).isInstanceOf(Refused.class);
        bench.match("reg.io/app", both(Mode.AUDIT, "deny", Mode.MUTATE, "cosign"));
        Allowed pinned = (Allowed) bench.review(Reviews.create("Pod", "u", "reg.io/app:1"));
        assertThat(pinned.patch().operations()).hasSize(1);
        assertThat(pinned.warnings()).singleElement().asString().startsWith("audit: static deny");
    }

    private static Match both(Mode first, String one, Mode second, String other) {
        return new Match.Both(Bench.rule("a", one, first), Bench.rule("b", other, second), List.of());
    }

    @Test
    void whateverGoesWrongUnderAnAuditingRuleBlocksNothing() {
        bench.match("reg.io/app", only("reg.io/app", "odd", Mode.AUDIT))
                .with(new ScriptedValidator("odd", (image, context) -> {
                    throw new IllegalStateException("bug");
                }));
        Allowed allowed = (Allowed) bench.review(Reviews.create("Pod", "u", "reg.io/app:1"));
        assertThat(allowed.warnings()).singleElement().asString().startsWith("audit: internal error");
    }

    // --- image volumes

    private static JsonObject withVolume(WorkloadKind kind, String image, String volume) {
        JsonObject review = Reviews.create(kind.kind(), "u", image);
        JsonObject added = Json.createObjectBuilder()
                .add("name", "models")
                .add("image", Json.createObjectBuilder().add("reference", volume))
                .build();
        return Json.createPointer("/request/object" + kind.podSpec() + "/volumes")
                .add(
                        review,
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder().add("name", "tmp"))
                                .add(added)
                                .build());
    }

    @ParameterizedTest
    @EnumSource(WorkloadKind.class)
    void imageVolumesMustSatisfyThePolicyInEveryKind(WorkloadKind kind) {
        Allowed pinned = (Allowed) bench.review(withVolume(kind, "reg.io/allow", "reg.io/app:1"));
        assertThat(pinned.patch().operations())
                .containsExactly(
                        new Replace(kind.podSpec() + "/volumes/1/image/reference", "reg.io/app:1@" + Bench.DIGEST));
        Refused refused = (Refused) bench.review(withVolume(kind, "reg.io/allow", "reg.io/evil:1"));
        assertThat(Bench.text(refused)).isEqualTo(UNSIGNED.formatted("*:*") + " (image volume \"models\")" + SIGN);
    }

    @Test
    void imageVolumesCanBeAuditedOrIgnored() {
        bench.features(volumes(ImageVolumes.AUDIT));
        Allowed audited = (Allowed) bench.review(withVolume(WorkloadKind.POD, "reg.io/allow", "reg.io/evil:1"));
        assertThat(audited.warnings()).containsExactly("audit: " + UNSIGNED.formatted("*:*"));
        assertThat(bench.review(withVolume(WorkloadKind.POD, "reg.io/evil:1", "reg.io/evil:1")))
                .as("the same image runs in a container")
                .isInstanceOf(Refused.class);
        bench.features(volumes(ImageVolumes.IGNORE));
        Allowed ignored = (Allowed) bench.review(withVolume(WorkloadKind.POD, "reg.io/allow", "reg.io/evil:1"));
        assertThat(ignored.warnings()).isEmpty();
        assertThat(ignored.outcomes()).hasSize(1);
    }

    // --- dry run

    @Test
    void aRehearsalDecidesTheSameAndCountsNothing() {
        for (String image : List.of("reg.io/app:1", "reg.io/evil:1")) {
            JsonObject review = Reviews.create("Pod", "u", image);
            AdmissionDecision rehearsed = bench.review(AdmissionReview.parse(review.toString()
                    .replace("\"dryRun\":false", "\"dryRun\":true")
                    .getBytes(UTF_8)));
            assertThat(bench.metrics("connaisseur_requests_admitted_total"))
                    .containsExactly("connaisseur_requests_admitted_total 0.0");
            assertThat(bench.metrics("connaisseur_validations")).isEmpty();
            assertThat(bench.metrics("connaisseur_requests_denied")).isEmpty();
            try (Bench other = new Bench()
                    .signed("cosign", Map.of("reg.io/app", Bench.DIGEST))
                    .rule("*:*", "cosign")) {
                assertThat(other.review(review).toResponse()).isEqualTo(rehearsed.toResponse());
            }
        }
    }

    @Test
    void whatAValidatorLetsPassIsAWarning() {
        bench.with(new ScriptedValidator(
                        "lenient",
                        (i, c) -> new Verdict.Signed(Bench.DIGEST, List.of("key"), List.of("it expired yesterday"))))
                .rule("reg.io/old", "lenient");
        Allowed allowed = (Allowed) bench.review(Reviews.create("Pod", "u", "reg.io/old:1"));
        assertThat(allowed.warnings()).containsExactly("it expired yesterday");
        assertThat(allowed.patch().operations()).hasSize(1);

        Allowed clean = (Allowed) bench.review(Reviews.create("Pod", "u", "reg.io/app:1"));
        assertThat(clean.warnings()).isEmpty();
    }
}

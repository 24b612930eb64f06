package dev.connaisseur.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.admission.AdmissionDecision.Refused;
import dev.connaisseur.config.Settings.Features;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.config.Settings.Features.UnpinnedOwners;
import dev.connaisseur.config.Settings.Features.Validating;
import dev.connaisseur.kubernetes.AdmissionPhase;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.policy.Match;
import dev.connaisseur.policy.RuleOptions.Mode;
import dev.connaisseur.testing.Reviews;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The validating phase: what stands in the object when nobody changes it any more. */
class FinalObjectTest {
    private static final String PINNED = "reg.io/app:1@" + Bench.DIGEST;
    private static final String TAG =
            "image reg.io/app:1 names no digest, though its rule pins images: it was written after they"
                    + " were verified [rule \"*:*\", validator cosign]";

    private final Bench bench = new Bench()
            .signed("cosign", Map.of("reg.io/app", Bench.DIGEST))
            .rule("*:*", "cosign")
            .rule("reg.io/allow", "allow")
            .rule("reg.io/deny", "deny");

    @AfterEach
    void close() {
        bench.close();
    }

    private AdmissionDecision ask(JsonObject review) {
        return bench.review(AdmissionReview.parse(review.toString().getBytes(UTF_8), AdmissionPhase.VALIDATING));
    }

    private AdmissionDecision pod(String... images) {
        return ask(Reviews.create("Pod", "u", images));
    }

    private static Features features(boolean detection, ResourceValidation validation, Validating validating) {
        return new Features(
                false, true, detection, validation, ImageVolumes.VALIDATE, UnpinnedOwners.APPROVE, validating);
    }

    @Test
    void whatTheFirstPhaseLeavesIsAdmittedUnpatched() {
        Allowed first = (Allowed) bench.review(Reviews.create("Pod", "u", "reg.io/app:1", "reg.io/allow:1"));
        String pinned = first.patch().operations().getFirst().value();
        assertThat(pinned).isEqualTo(PINNED);
        Allowed allowed = (Allowed) pod(pinned, "reg.io/allow:1");
        assertThat(allowed.warnings()).isEmpty();
        assertThat(allowed.patch().isEmpty()).isTrue();
        assertThat(allowed.toResponse().auditAnnotations())
                .containsEntry("phase", "validating")
                .containsEntry("digest", Bench.DIGEST.toString());
    }

    @Test
    void anInjectedUnsignedImageIsRefused() {
        Refused refused = (Refused) pod(PINNED, "reg.io/side:1");
        assertThat(Bench.text(refused))
                .isEqualTo(
                        "error during cosign validation of image reg.io/side:1: no signatures found. Unable to find signed"
                                + " digest for image reg.io/side:1. [rule \"*:*\", validator cosign] Sign it with trust root"
                                + " \"default\".");
        assertThat(Bench.text(pod(PINNED, "reg.io/deny:1"))).startsWith("static deny");
        assertThat(pod(PINNED, "reg.io/allow:1")).isInstanceOf(Allowed.class);
    }

    @Test
    void aTagIsRefusedWhereTheRulePins() {
        Refused refused = (Refused) pod("reg.io/app:1");
        assertThat(Bench.text(refused)).isEqualTo(TAG + " Have whatever wrote this image run before Connaisseur.");
        assertThat(refused.outcomes())
                .singleElement()
                .extracting(o -> ((Outcome.Refusal) o).reason().name())
                .isEqualTo("NOT_PINNED");
        assertThat(bench.review(Reviews.create("Pod", "u", "reg.io/app:1"))).isInstanceOf(Allowed.class);
    }

    @Test
    void aTagIsAdmittedWhereTheRuleDoesNotPin() {
        for (Mode mode : List.of(Mode.INSECURE_VALIDATE_ONLY, Mode.AUDIT)) {
            bench.match("reg.io/app", new Match.One(Bench.rule("reg.io/app", "cosign", mode), List.of()));
            assertThat(pod("reg.io/app:1")).as(mode.name()).isInstanceOf(Allowed.class);
        }
        bench.features(features(false, ResourceValidation.ALL, Validating.ENFORCE));
        bench.rule("reg.io/app", "cosign");
        Map<String, List<String>> same = Map.of("containers", List.of("reg.io/app:1"));
        assertThat(ask(Reviews.update("Pod", "u", same, same)))
                .as("unchanged approval")
                .isInstanceOf(Allowed.class);
    }

    /** With podsOnly nothing but pods is patched, so nothing but pods can be expected to be pinned. */
    @Test
    void withPodsOnlyTheTagsOfOtherKindsAreVerifiedOnly() {
        bench.features(features(false, ResourceValidation.PODS_ONLY, Validating.ENFORCE));
        Allowed deployment = (Allowed) ask(Reviews.create("Deployment", "u", "reg.io/app:1"));
        assertThat(deployment.warnings()).isEmpty();
        assertThat(pod("reg.io/app:1")).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @CsvSource({"WARN, false, warn, validating phase only warns", "ENFORCE, true, detection, detection mode active"})
    void whatIsRefusedMayOnlyBeSaid(Validating validating, boolean detection, String mode, String warning) {
        bench.features(features(detection, ResourceValidation.ALL, validating));
        Allowed allowed = (Allowed) pod("reg.io/app:1");
        assertThat(allowed.warnings()).hasSize(2).first().isEqualTo(warning);
        assertThat(allowed.warnings().get(1))
                .startsWith(TAG.substring(0, 60))
                .contains(allowed.grounds().id());
        assertThat(allowed.toResponse().auditAnnotations())
                .containsEntry("mode", mode)
                .containsEntry("reason", "NOT_PINNED");
        assertThat(bench.metrics("connaisseur_validating_reviews_total"))
                .containsExactly("connaisseur_validating_reviews_total{result=\"warned\"} 1.0");
    }

    /** kubectl shows a warning once, however often it is given: what both phases refuse is said in the same words. */
    @Test
    void bothPhasesRefuseInTheSameWords() {
        bench.features(features(true, ResourceValidation.ALL, Validating.WARN));
        AdmissionDecision first = bench.review(Reviews.create("Pod", "u", "reg.io/evil:1"));
        assertThat(pod("reg.io/evil:1").warnings()).isEqualTo(first.warnings()).hasSize(2);
    }

    @Test
    void switchedOffItLooksAtNothing() {
        bench.features(features(false, ResourceValidation.ALL, Validating.OFF));
        Allowed allowed = (Allowed) pod("reg.io/evil:1");
        assertThat(allowed.warnings()).isEmpty();
        assertThat(allowed.toResponse().auditAnnotations()).containsEntry("mode", "off");
        assertThat(bench.review(Reviews.create("Pod", "u", "reg.io/evil:1"))).isInstanceOf(Refused.class);
    }

    @Test
    void theOriginalsNumbersCountNoObjectTwice() {
        bench.review(Reviews.create("Pod", "u", "reg.io/app:1"));
        pod(PINNED);
        pod("reg.io/evil:1");
        assertThat(bench.metrics("connaisseur_requests_")).containsExactly("connaisseur_requests_admitted_total 1.0");
        assertThat(bench.metrics("connaisseur_validations_total"))
                .singleElement()
                .asString()
                .endsWith(" 1.0");
        assertThat(bench.metrics("connaisseur_validating_reviews_total"))
                .containsExactlyInAnyOrder(
                        "connaisseur_validating_reviews_total{result=\"admitted\"} 1.0",
                        "connaisseur_validating_reviews_total{result=\"denied\"} 1.0");
    }

    @Test
    void theJournalKeepsFinalObjectsOnlyIfSomethingIsWrong() {
        pod(PINNED);
        pod("reg.io/evil:1");
        DecisionJournal journal = new DecisionJournal(5);
        bench.records().forEach(journal::add);
        assertThat(bench.records()).extracting(DecisionRecord::phase).containsExactly("validating", "validating");
        assertThat(journal.latest(5))
                .singleElement()
                .extracting(DecisionRecord::decision)
                .isEqualTo("denied");
    }
}

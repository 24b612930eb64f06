package dev.connaisseur.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.json.StrictJson;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.Stage;
import dev.connaisseur.validator.Trail;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Verdict;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What can be found out about a decision afterwards. */
class EvidenceTest {
    private final Bench bench = new Bench()
            .rule("*:*", "cosign")
            .rule("reg.io/allow", "allow")
            .with(new ScriptedValidator("cosign", (image, context) -> {
                context.trail().looked(".sig tag", "release-key", "another key signed");
                if (image.context().endsWith("evil")) {
                    throw new ValidationException(Reason.UNTRUSTED_SIGNER, "no matching signatures");
                }
                return new Verdict.Signed(Bench.DIGEST, List.of("release-key"));
            }));

    @AfterEach
    void close() {
        bench.close();
    }

    private String id(String image) {
        return bench.review(Reviews.create("Pod", "u", image)).grounds().id();
    }

    @Test
    void aRetryRepeatsTextAndId() {
        AdmissionDecision first = bench.review(Reviews.create("Pod", "u-1", "reg.io/evil:1"));
        AdmissionDecision second = bench.review(Reviews.create("Pod", "u-2", "reg.io/evil:1"));
        assertThat(second.message()).isEqualTo(first.message());
        assertThat(first.message().orElseThrow())
                .endsWith(" (id " + first.grounds().id() + ")");
    }

    @Test
    void theStagesOfAVerificationAreTimed() {
        bench.with(new ScriptedValidator("staged", (image, context) -> {
                    context.trail().begin(Stage.RESOLVE);
                    context.trail().begin(Stage.SIGNATURES);
                    return new Verdict.Signed(Bench.DIGEST, List.of("key"));
                }))
                .rule("reg.io/staged", "staged");
        bench.review(Reviews.create("Pod", "u", "reg.io/staged:1", "reg.io/staged:2", "reg.io/allow"));
        assertThat(bench.metrics("connaisseur_validation_stage_duration_seconds_count"))
                .hasSize(2)
                .allMatch(line -> line.contains("validator_name=\"staged\"") && line.endsWith(" 2"))
                .anyMatch(line -> line.contains("stage=\"resolve\""))
                .anyMatch(line -> line.contains("stage=\"signatures\""));
    }

    /** Image, rule and validator are named; nothing that a registry or a requester wrote is. */
    @Test
    void anAdmissionIsOneTree() {
        bench.with(new ScriptedValidator("staged", (image, context) -> {
                    context.trail().begin(Stage.RESOLVE);
                    throw new ValidationException(Reason.NO_SIGNATURE, "the registry wrote this");
                }))
                .rule("reg.io/staged", "staged");
        AdmissionDecision decision = bench.review(Reviews.create("Pod", "uid-1", "reg.io/staged:1", "reg.io/allow"));
        Span tree = bench.trees().getLast();
        assertThat(tree.name()).isEqualTo("admission");
        assertThat(tree.failed()).isTrue();
        assertThat(tree.attributes())
                .containsEntry("connaisseur.id", decision.grounds().id())
                .containsEntry("connaisseur.decision", "denied");
        assertThat(tree.parts())
                .extracting(
                        Span::name, Span::failed, image -> image.attributes().get("connaisseur.verdict"))
                .containsExactly(tuple("image", true, "NO_SIGNATURE"), tuple("image", false, "approved"));
        Span asked = tree.parts().getFirst();
        assertThat(asked.attributes())
                .containsEntry("connaisseur.image", "reg.io/staged:1")
                .containsEntry("connaisseur.rule", "reg.io/staged");
        assertThat(asked.parts()).singleElement().satisfies(validator -> {
            assertThat(validator.name()).isEqualTo("validator");
            assertThat(validator.attributes())
                    .isEqualTo(Map.of(
                            "connaisseur.validator", "staged",
                            "connaisseur.type", "cosign",
                            "connaisseur.source", "validator"));
            assertThat(validator.parts()).extracting(Span::name).containsExactly("resolve");
        });
        assertThat(tree.toString()).doesNotContain("the registry wrote this").doesNotContain("uid-1");

        int trees = bench.trees().size();
        JsonObject review = Reviews.create("Pod", "u", "reg.io/staged:1");
        JsonObject rehearsal = Json.createObjectBuilder(review.getJsonObject("request"))
                .add("dryRun", true)
                .build();
        bench.review(Json.createObjectBuilder(review).add("request", rehearsal).build());
        assertThat(bench.trees()).as("a rehearsal leaves no trace").hasSize(trees);
    }

    @Test
    void theIdDependsOnConfigurationImageRuleAndCause() {
        String id = id("reg.io/evil:1");
        assertThat(id).matches("[0-9a-f]{8}");
        assertThat(id("reg.io/evil:2")).isNotEqualTo(id);
        bench.rule("reg.io/evil", "cosign");
        assertThat(id("reg.io/evil:1")).isNotEqualTo(id);
        bench.rule("reg.io/evil", "deny");
        String denied = id("reg.io/evil:1");
        bench.fingerprint("f2");
        assertThat(id("reg.io/evil:1")).isNotEqualTo(denied).isNotEqualTo(id);
    }

    @Test
    void theSameIdStandsInDenialAnnotationsAndRecord() {
        AdmissionDecision decision = bench.review(Reviews.create("Pod", "u-1", "reg.io/evil:1"));
        String id = decision.grounds().id();
        assertThat(decision.message().orElseThrow()).contains(id);
        assertThat(decision.toResponse().auditAnnotations()).containsEntry("id", id);
        assertThat(bench.records())
                .singleElement()
                .extracting(DecisionRecord::id)
                .isEqualTo(id);
    }

    @Test
    void annotationsTellTheApiServersAuditLog() {
        assertThat(bench.review(Reviews.create("Pod", "u", "reg.io/app:1"))
                        .toResponse()
                        .auditAnnotations())
                .containsEntry("decision", "allowed")
                .containsEntry("mode", "enforce")
                .containsEntry("policy", "f1")
                .containsEntry("rule", "*:*")
                .containsEntry("validator", "cosign")
                .containsEntry("digest", Bench.DIGEST.toString())
                .containsEntry("signers", "release-key")
                .doesNotContainKeys("reason", "skip", "images");
        Map<String, String> several = bench.review(Reviews.create("Pod", "u", "reg.io/app:1", "reg.io/evil:1"))
                .toResponse()
                .auditAnnotations();
        assertThat(several).containsEntry("decision", "denied").containsEntry("reason", "UNTRUSTED_SIGNER");
        assertThat(several.get("images"))
                .isEqualTo(
                        "[{\"image\":\"reg.io/app:1\",\"verdict\":\"verified\",\"rule\":\"*:*\",\"validator\":\"cosign\","
                                + "\"type\":\"cosign\",\"trustRoot\":\"default\",\"digest\":\"" + Bench.DIGEST
                                + "\",\"signers\":[\"release-key\"]},{\"image\":\"reg.io/evil:1\",\"verdict\":\"denied\",\"rule\":\"*:*\","
                                + "\"validator\":\"cosign\",\"type\":\"cosign\",\"trustRoot\":\"default\","
                                + "\"reason\":\"UNTRUSTED_SIGNER\"}]");
    }

    @Test
    void theLogIndexIsToldAndWhatStrangersWroteIsPrintable() {
        bench.with(new ScriptedValidator("cosign", (image, context) -> {
            context.trail().looked("a\u001b[2J", "b", "c\u202e");
            return new Verdict.Signed(Bench.DIGEST, List.of("key"), List.of(), List.of(12345L));
        }));
        assertThat(bench.review(Reviews.create("Pod", "u", "reg.io/app:1"))
                        .toResponse()
                        .auditAnnotations())
                .containsEntry("logIndex", "12345");
        ImageFacts image = bench.records().getFirst().outcomes().getFirst();
        assertThat(image.logIndexes()).containsExactly(12345L);
        assertThat(image.looked()).containsExactly(new Trail.Look("a\\u001b[2J", "b", "c\\u202e"));
    }

    @Test
    void aTrailIsBoundedAndSaysSo() {
        Trail trail = new Trail();
        for (int i = 0; i < 40; i++) {
            trail.looked("at", "by", "x".repeat(1000));
        }
        assertThat(trail.looks()).hasSize(31).last().isEqualTo(new Trail.Look("", "", "and 10 more"));
        assertThat(trail.looks().getFirst().found()).hasSize(300);
    }

    @Test
    void theAuditLineIsOneJsonObject() {
        bench.review(Reviews.create("Pod", "u-9", "reg.io/evil:1"));
        DecisionRecord record = bench.records().getFirst();
        assertThat(record.toJson()).doesNotContain("\n");
        JsonObject line = StrictJson.parseObject(record.toJson().getBytes(UTF_8));
        assertThat(line.keySet())
                .containsExactly(
                        "schema",
                        "time",
                        "id",
                        "uid",
                        "decision",
                        "phase",
                        "mode",
                        "result",
                        "operation",
                        "dryRun",
                        "namespace",
                        "kind",
                        "name",
                        "policy",
                        "message",
                        "millis",
                        "images",
                        "outcomes");
        assertThat(line.getString("schema")).isEqualTo("connaisseur.decision/v1");
        assertThat(line.getString("time")).isEqualTo("2026-01-31T13:45:01Z");
        assertThat(line.getString("uid")).isEqualTo("u-9");
        assertThat(line.getString("decision")).isEqualTo("denied");
        assertThat(line.getString("result")).isEqualTo("error");
        JsonObject image = line.getJsonArray("outcomes").getJsonObject(0);
        assertThat(image.getString("verdict")).isEqualTo("denied");
        assertThat(image.getJsonArray("looked").getJsonObject(0).getString("found"))
                .isEqualTo("another key signed");
    }

    @Test
    void lenientModesAreRecorded() {
        bench.features(Bench.features(false, true, ResourceValidation.ALL, ImageVolumes.VALIDATE));
        Allowed allowed = (Allowed) bench.review(Reviews.create("Pod", "u", "reg.io/evil:1"));
        assertThat(allowed.toResponse().auditAnnotations())
                .containsEntry("decision", "allowed")
                .containsEntry("mode", "detection")
                .containsEntry("reason", "UNTRUSTED_SIGNER");
        String longest = "reg.io/evil:" + "x".repeat(128);
        Allowed cut = (Allowed) bench.review(Reviews.create("Pod", "u", longest));
        assertThat(cut.warnings().get(1))
                .hasSizeLessThanOrEqualTo(250)
                .endsWith("… (id " + cut.grounds().id() + ")");
    }

    @Test
    void recordsAreBounded() {
        String[] images =
                IntStream.range(0, 200).mapToObj(i -> "reg.io/evil:" + i).toArray(String[]::new);
        bench.review(Reviews.create("Pod", "u", images));
        DecisionRecord record = bench.records().getFirst();
        assertThat(record.images()).isEqualTo(200);
        assertThat(record.outcomes()).hasSize(50);
    }

    @Test
    void theJournalKeepsTheLatest() {
        DecisionJournal journal = new DecisionJournal(3);
        for (int i = 0; i < 5; i++) {
            bench.review(Reviews.create("Pod", "u-" + i, "reg.io/app:" + i));
        }
        bench.records().forEach(journal::add);
        assertThat(journal.latest(10)).extracting(DecisionRecord::uid).containsExactly("u-4", "u-3", "u-2");
        assertThat(journal.latest(1)).hasSize(1);
        assertThat(journal.find(bench.records().get(4).id()))
                .contains(bench.records().get(4));
        assertThat(journal.find(bench.records().get(0).id())).isEmpty();
    }

    @Test
    void aRehearsalIsInTheAuditLineButNotInTheJournal() {
        DecisionJournal journal = new DecisionJournal(3);
        bench.review(AdmissionReview.parse(Reviews.create("Pod", "u", "reg.io/app:1")
                .toString()
                .replace("\"dryRun\":false", "\"dryRun\":true")
                .getBytes(UTF_8)));
        assertThat(bench.records())
                .singleElement()
                .extracting(DecisionRecord::dryRun)
                .isEqualTo(true);
        bench.records().forEach(journal::add);
        assertThat(journal.latest(10)).isEmpty();
    }
}

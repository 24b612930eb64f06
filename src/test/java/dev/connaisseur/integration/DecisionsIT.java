package dev.connaisseur.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.kubernetes.WorkloadKind;
import dev.connaisseur.testing.Access;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What decides beside signatures, over HTTPS: modes, image volumes, pull secrets, the final object; and what is told about it. */
@Timeout(600)
class DecisionsIT {
    private static final String ID = "\\(id ([0-9a-f]{8})\\)$";

    private static DecisionTrial trial;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        trial = DecisionTrial.start(directory);
    }

    @AfterAll
    static void stop() {
        if (trial != null) {
            trial.close();
        }
    }

    private static String image(String name) {
        return trial.image(name);
    }

    private static AdmissionAnswer ask(ServerProcess asked, JsonObject review) {
        return AdmissionAnswer.of(asked.review(review.toString()));
    }

    private static JsonObject with(JsonObject review, String pointer, JsonValue value) {
        return Json.createPatchBuilder().add(pointer, value).build().apply(review);
    }

    private static double metric(ServerProcess of, String name) {
        return of.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    // ---- modes ----

    @Test
    void anAuditingRuleOnlyWarns() {
        double before = metric(trial.strict(), "connaisseur_validations_audited_total");
        AdmissionAnswer answer = ask(trial.strict(), Reviews.create("Pod", "audit", image("audited/app:unsigned")));
        assertThat(answer.allowed()).isTrue();
        assertThat(answer.patch()).isEmpty();
        assertThat(answer.warnings())
                .singleElement()
                .asString()
                .startsWith("audit: error during cosign validation of image " + image("audited/app:unsigned"))
                .hasSizeLessThanOrEqualTo(250);
        assertThat(metric(trial.strict(), "connaisseur_validations_audited_total"))
                .isEqualTo(before + 1);
        assertThat(ask(trial.strict(), Reviews.create("Pod", "audit-twin", image("app:unsigned")))
                        .allowed())
                .isFalse();
    }

    @Test
    void detectionModeAdmitsPodsWithTheDenial() {
        AdmissionAnswer answer = ask(trial.lenient(), Reviews.create("Pod", "detection", image("app:unsigned")));
        assertThat(answer.allowed()).isTrue();
        assertThat(answer.warnings()).hasSize(2).first().isEqualTo("detection mode active");
        assertThat(answer.warnings().get(1))
                .startsWith("error during cosign validation")
                .containsPattern(ID);
        assertThat(answer.message()).contains("no signatures found");
        AdmissionAnswer twin = ask(trial.lenient(), Reviews.create("Pod", "detection-twin", image("app:signed")));
        assertThat(twin.warnings()).isEmpty();
        assertThat(twin.patch()).hasSize(1);
    }

    @Test
    void podsOnlyAdmitsOtherKindsUnpatched() {
        AdmissionAnswer answer = ask(trial.lenient(), Reviews.create("Deployment", "podsonly", image("app:unsigned")));
        assertThat(answer.allowed()).isTrue();
        assertThat(answer.warnings()).hasSize(2).first().isEqualTo("pod-only validation active");
        AdmissionAnswer twin = ask(trial.lenient(), Reviews.create("Deployment", "podsonly-twin", image("app:signed")));
        assertThat(twin.allowed()).isTrue();
        assertThat(twin.warnings()).isEmpty();
        assertThat(twin.patch()).isEmpty();
    }

    // ---- image volumes ----

    private static JsonObject withVolume(WorkloadKind kind, String reference) {
        JsonObject volume = Json.createObjectBuilder()
                .add("name", "models")
                .add("image", Json.createObjectBuilder().add("reference", reference))
                .build();
        return with(
                Reviews.create(kind.kind(), "volume-" + kind.kind(), "registry.k8s.io/pause:3.9"),
                "/request/object" + kind.podSpec() + "/volumes",
                Json.createArrayBuilder().add(volume).build());
    }

    @ParameterizedTest
    @EnumSource(WorkloadKind.class)
    void imageVolumesAreHeldToThePolicyInEveryKind(WorkloadKind kind) {
        AdmissionAnswer twin = ask(trial.strict(), withVolume(kind, image("app:signed")));
        assertThat(twin.allowed()).as(twin.message()).isTrue();
        assertThat(twin.patch()).singleElement().satisfies(operation -> {
            assertThat(operation.asJsonObject().getString("path"))
                    .isEqualTo(kind.podSpec() + "/volumes/0/image/reference");
            assertThat(operation.asJsonObject().getString("value")).isEqualTo(image("app:signed@" + trial.signed()));
        });
        AdmissionAnswer answer = ask(trial.strict(), withVolume(kind, image("app:unsigned")));
        assertThat(answer.allowed()).isFalse();
        assertThat(answer.message()).contains("no signatures found").contains("(image volume \"models\")");
    }

    // ---- pull secrets ----

    private static JsonObject guarded(String namespace, String uid) {
        JsonObject review = with(
                Reviews.create("Pod", uid, trial.guarded().host() + "/app:signed"),
                "/request/object/spec/imagePullSecrets",
                Json.createArrayBuilder()
                        .add(Json.createObjectBuilder().add("name", "pull"))
                        .build());
        return Json.createPatchBuilder()
                .replace("/request/namespace", namespace)
                .build()
                .apply(review);
    }

    @Test
    void aPullSecretIsUsedInItsNamespaceAndNeverForAnother() {
        for (String round : List.of("1", "2")) { // what was found out for one is not told to the other
            trial.guarded().clearLog();
            AdmissionAnswer foreign = ask(trial.strict(), guarded("other", "foreign-" + round));
            assertThat(foreign.allowed()).isFalse();
            assertThat(foreign.message()).contains("asks for credentials, and none are configured");
            assertThat(trial.guarded().log()).noneMatch(Access::authorized);
            AdmissionAnswer own = ask(trial.strict(), guarded("shop", "own-" + round));
            assertThat(own.allowed()).as(own.message()).isTrue();
            assertThat(own.patch()).hasSize(1);
        }
        assertThat(trial.strict().console()).doesNotContain("hunter2");
    }

    // ---- the final object ----

    @Test
    void whatOthersWroteIntoTheFinalObjectIsRefused() {
        String pinned = image("app:signed@" + trial.signed());
        AdmissionAnswer twin = AdmissionAnswer.of(trial.strict()
                .validate(Reviews.create("Pod", "final", pinned, "registry.k8s.io/pause:3.9")
                        .toString()));
        assertThat(twin.allowed()).as(twin.message()).isTrue();
        assertThat(twin.patch()).isEmpty();
        AdmissionAnswer sidecar = AdmissionAnswer.of(trial.strict()
                .validate(Reviews.create("Pod", "sidecar", pinned, image("app:unsigned"))
                        .toString()));
        assertThat(sidecar.allowed()).isFalse();
        assertThat(sidecar.message()).contains("no signatures found");
        AdmissionAnswer swapped = AdmissionAnswer.of(trial.strict()
                .validate(Reviews.create("Pod", "swapped", image("app:signed")).toString()));
        assertThat(swapped.allowed()).isFalse();
        assertThat(swapped.message()).startsWith("image " + image("app:signed") + " names no digest");
    }

    // ---- what is told ----

    @Test
    void aRehearsalGetsTheSameAnswerAndLeavesOnlyItsLines() throws InterruptedException {
        for (String name : List.of("dry:signed", "dry:unsigned")) {
            JsonObject real = Reviews.create("Pod", "try-" + name, image(name));
            JsonObject rehearsal = with(real, "/request/dryRun", JsonValue.TRUE);
            double counted = metric(trial.strict(), "connaisseur_requests_admitted_total")
                    + metric(trial.strict(), "connaisseur_requests_denied_total")
                    + metric(trial.strict(), "connaisseur_validations_total");
            AdmissionAnswer rehearsed = ask(trial.strict(), rehearsal);
            assertThat(metric(trial.strict(), "connaisseur_requests_admitted_total")
                            + metric(trial.strict(), "connaisseur_requests_denied_total")
                            + metric(trial.strict(), "connaisseur_validations_total"))
                    .isEqualTo(counted);
            int asked = trial.registry().log().size();
            assertThat(ask(trial.strict(), real)).isEqualTo(rehearsed);
            assertThat(trial.registry().log())
                    .as("what a rehearsal found out is not remembered")
                    .hasSizeGreaterThan(asked);
            assertThat(audit("try-" + name))
                    .extracting(line -> line.getBoolean("dryRun"))
                    .containsExactly(true, false);
        }
        assertThat(trial.alertsUntil("try-dry:unsigned")).isNotEmpty();
        ask(trial.strict(), Reviews.create("Pod", "try-end", image("app:unsigned")));
        assertThat(trial.alertsUntil("try-end"))
                .as("the rehearsal before sent none")
                .noneMatch(alert -> alert.body().contains("try-dry:unsigned"));
    }

    @Test
    void oneIdStandsEverywhereAndIsTheSameNextTime() throws InterruptedException {
        JsonObject review = Reviews.create("Pod", "id-1", image("app:unsigned"));
        JsonObject response = Json.createReader(new java.io.StringReader(
                        trial.strict().review(review.toString()).body()))
                .readObject()
                .getJsonObject("response");
        String message = response.getJsonObject("status").getString("message");
        String id = message.replaceFirst("(?s).*" + ID, "$1");
        assertThat(id).hasSize(8);
        assertThat(response.getJsonObject("auditAnnotations").getString("id")).isEqualTo(id);
        assertThat(audit("id-1")).singleElement().satisfies(line -> {
            assertThat(line.getString("id")).isEqualTo(id);
            assertThat(line.getString("message")).isEqualTo(message);
            JsonObject outcome = line.getJsonArray("outcomes").getJsonObject(0);
            assertThat(outcome.getString("reason")).isEqualTo("NO_SIGNATURE");
        });
        assertThat(ServerTrial.lines(trial.strict(), "uid", "id-1").filter(line -> line.containsKey("msg")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.getString("id")).isEqualTo(id));
        assertThat(trial.alertsUntil("id-1").getLast().body()).contains("(id " + id + ")");
        String again = ask(trial.strict(), Reviews.create("Pod", "id-2", image("app:unsigned")))
                .message();
        assertThat(again).isEqualTo(message);
    }

    @Test
    void theEvidenceOfAnAdmissionNamesSignerDigestAndTrail() {
        String image = image("app:signed");
        JsonObject annotations = Json.createReader(new java.io.StringReader(trial.strict()
                        .review(with(Reviews.create("Pod", "evidence", image), "/request/name", Json.createValue("e"))
                                .toString())
                        .body()))
                .readObject()
                .getJsonObject("response")
                .getJsonObject("auditAnnotations");
        assertThat(texts(annotations))
                .containsEntry("decision", "allowed")
                .containsEntry("phase", "mutating")
                .containsEntry("mode", "enforce")
                .containsEntry("validator", "cosign")
                .containsEntry("signers", "release")
                .containsEntry("digest", trial.signed().toString())
                .containsKeys("rule", "policy", "id");
    }

    private static Map<String, String> texts(JsonObject object) {
        return object.entrySet().stream()
                .collect(java.util.stream.Collectors.toMap(
                        Map.Entry::getKey, entry -> ((JsonString) entry.getValue()).getString()));
    }

    private static List<JsonObject> audit(String uid) {
        return ServerTrial.lines(trial.strict(), "uid", uid)
                .filter(line -> line.containsKey("schema"))
                .toList();
    }
}

package dev.connaisseur.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.kubernetes.WorkloadKind;
import dev.connaisseur.testing.Access;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.FakeCluster;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestImage;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
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

    @TempDir
    static Path directory;

    private static final EmbeddedRegistry REGISTRY = EmbeddedRegistry.open();
    private static final EmbeddedRegistry GUARDED =
            EmbeddedRegistry.open(Options.PLAIN.withAuth(RegistryAuth.basic("puller", "hunter2")));
    private static Digest signed;
    private static FakeCluster cluster;
    private static ServerProcess server;
    private static ServerProcess lenient;

    @BeforeAll
    static void start() throws IOException {
        CosignSigner signer = CosignSigner.create();
        signed = TestImage.push(REGISTRY, "app", "signed", "signed");
        signer.sign(REGISTRY, "app", signed);
        TestImage.push(REGISTRY, "app", "unsigned", "unsigned");
        TestImage.push(REGISTRY, "audited/app", "unsigned", "unsigned");
        signer.sign(GUARDED, "app", TestImage.push(GUARDED, "app", "signed", "guarded"));
        cluster = FakeCluster.open(Files.createDirectories(directory.resolve("account")));
        cluster.put("/api/v1/namespaces/shop/secrets/pull", secret());
        URI api = cluster.access().server();
        String rules = rules(signer);
        server = ServerTrial.start(
                        Files.createDirectories(directory.resolve("strict")),
                        rules,
                        "KUBERNETES_SERVICE_HOST",
                        api.getHost(),
                        "KUBERNETES_SERVICE_PORT",
                        Integer.toString(api.getPort()),
                        "CONNAISSEUR_SERVICEACCOUNT_DIR",
                        directory.resolve("account").toString(),
                        "CONNAISSEUR_WEBHOOK_VALIDATING",
                        "enforce")
                .awaitReady(ServerTrial.START);
        lenient = ServerTrial.start(
                        Files.createDirectories(directory.resolve("lenient")),
                        rules,
                        "DETECTION_MODE",
                        "true",
                        "RESOURCE_VALIDATION_MODE",
                        "podsOnly")
                .awaitReady(ServerTrial.START);
    }

    @AfterAll
    static void stop() {
        for (ServerProcess process : new ServerProcess[] {server, lenient}) {
            if (process != null) {
                process.close();
            }
        }
        if (cluster != null) {
            cluster.close();
        }
        REGISTRY.close();
        GUARDED.close();
    }

    private static String secret() {
        String config = "{\"auths\":{\"" + GUARDED.host() + "\":{\"username\":\"puller\",\"password\":\"hunter2\"}}}";
        return "{'type':'kubernetes.io/dockerconfigjson','data':{'.dockerconfigjson':'"
                + Base64.getEncoder().encodeToString(config.getBytes(UTF_8)) + "'}}";
    }

    private static String rules(CosignSigner signer) {
        return """
                validators:
                - {name: allow, type: static, approve: true}
                - name: cosign
                  type: cosign
                  auth: {useImagePullSecrets: true}
                  trustRoots:
                  - name: release
                    key: |
                %s
                policy:
                - {pattern: "registry.k8s.io/*:*", validator: allow}
                - {pattern: "%s/**", validator: cosign, with: {trustRoot: release, verifyInTransparencyLog: false}}
                - {pattern: "%s/audited/**", validator: cosign, with: {trustRoot: release, verifyInTransparencyLog: false, mode: audit}}
                - {pattern: "%s/**", validator: cosign, with: {trustRoot: release, verifyInTransparencyLog: false}}
                """.formatted(
                        signer.publicKey().indent(6).stripTrailing(), REGISTRY.host(), REGISTRY.host(), GUARDED.host());
    }

    private static String image(String name) {
        return REGISTRY.host() + "/" + name;
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
        double before = metric(server, "connaisseur_validations_audited_total");
        AdmissionAnswer answer = ask(server, Reviews.create("Pod", "audit", image("audited/app:unsigned")));
        assertThat(answer.allowed()).isTrue();
        assertThat(answer.patch()).isEmpty();
        assertThat(answer.warnings())
                .singleElement()
                .asString()
                .startsWith("audit: error during cosign validation of image " + image("audited/app:unsigned"))
                .hasSizeLessThanOrEqualTo(250);
        assertThat(metric(server, "connaisseur_validations_audited_total")).isEqualTo(before + 1);
        assertThat(ask(server, Reviews.create("Pod", "audit-twin", image("app:unsigned")))
                        .allowed())
                .isFalse();
    }

    @Test
    void detectionModeAdmitsPodsWithTheDenial() {
        AdmissionAnswer answer = ask(lenient, Reviews.create("Pod", "detection", image("app:unsigned")));
        assertThat(answer.allowed()).isTrue();
        assertThat(answer.warnings()).hasSize(2).first().isEqualTo("detection mode active");
        assertThat(answer.warnings().get(1))
                .startsWith("error during cosign validation")
                .containsPattern(ID);
        assertThat(answer.message()).contains("no signatures found");
        AdmissionAnswer twin = ask(lenient, Reviews.create("Pod", "detection-twin", image("app:signed")));
        assertThat(twin.warnings()).isEmpty();
        assertThat(twin.patch()).hasSize(1);
    }

    @Test
    void podsOnlyAdmitsOtherKindsUnpatched() {
        AdmissionAnswer answer = ask(lenient, Reviews.create("Deployment", "podsonly", image("app:unsigned")));
        assertThat(answer.allowed()).isTrue();
        assertThat(answer.warnings()).hasSize(2).first().isEqualTo("pod-only validation active");
        AdmissionAnswer twin = ask(lenient, Reviews.create("Deployment", "podsonly-twin", image("app:signed")));
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
        AdmissionAnswer twin = ask(server, withVolume(kind, image("app:signed")));
        assertThat(twin.allowed()).as(twin.message()).isTrue();
        assertThat(twin.patch()).singleElement().satisfies(operation -> {
            assertThat(operation.asJsonObject().getString("path"))
                    .isEqualTo(kind.podSpec() + "/volumes/0/image/reference");
            assertThat(operation.asJsonObject().getString("value")).isEqualTo(image("app:signed@" + signed));
        });
        AdmissionAnswer answer = ask(server, withVolume(kind, image("app:unsigned")));
        assertThat(answer.allowed()).isFalse();
        assertThat(answer.message()).contains("no signatures found").contains("(image volume \"models\")");
    }

    // ---- pull secrets ----

    private static JsonObject guarded(String namespace, String uid) {
        JsonObject review = with(
                Reviews.create("Pod", uid, GUARDED.host() + "/app:signed"),
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
            GUARDED.clearLog();
            AdmissionAnswer foreign = ask(server, guarded("other", "foreign-" + round));
            assertThat(foreign.allowed()).isFalse();
            assertThat(foreign.message()).contains("asks for credentials, and none are configured");
            assertThat(GUARDED.log()).noneMatch(Access::authorized);
            AdmissionAnswer own = ask(server, guarded("shop", "own-" + round));
            assertThat(own.allowed()).as(own.message()).isTrue();
            assertThat(own.patch()).hasSize(1);
        }
        assertThat(server.console()).doesNotContain("hunter2");
    }

    // ---- the final object ----

    @Test
    void whatOthersWroteIntoTheFinalObjectIsRefused() {
        String pinned = image("app:signed@" + signed);
        AdmissionAnswer twin =
                AdmissionAnswer.of(server.validate(Reviews.create("Pod", "final", pinned, "registry.k8s.io/pause:3.9")
                        .toString()));
        assertThat(twin.allowed()).as(twin.message()).isTrue();
        assertThat(twin.patch()).isEmpty();
        AdmissionAnswer sidecar = AdmissionAnswer.of(server.validate(
                Reviews.create("Pod", "sidecar", pinned, image("app:unsigned")).toString()));
        assertThat(sidecar.allowed()).isFalse();
        assertThat(sidecar.message()).contains("no signatures found");
        AdmissionAnswer swapped = AdmissionAnswer.of(server.validate(
                Reviews.create("Pod", "swapped", image("app:signed")).toString()));
        assertThat(swapped.allowed()).isFalse();
        assertThat(swapped.message()).startsWith("image " + image("app:signed") + " names no digest");
    }

    // ---- what is told ----

    @Test
    void aRehearsalGetsTheSameAnswerAndLeavesOnlyItsLines() {
        for (String name : List.of("app:signed", "app:unsigned")) {
            JsonObject real = Reviews.create("Pod", "dry-" + name, image(name));
            JsonObject rehearsal = with(real, "/request/dryRun", JsonValue.TRUE);
            double counted = metric(server, "connaisseur_requests_admitted_total")
                    + metric(server, "connaisseur_requests_denied_total")
                    + metric(server, "connaisseur_validations_total");
            AdmissionAnswer rehearsed = ask(server, rehearsal);
            assertThat(metric(server, "connaisseur_requests_admitted_total")
                            + metric(server, "connaisseur_requests_denied_total")
                            + metric(server, "connaisseur_validations_total"))
                    .isEqualTo(counted);
            assertThat(ask(server, real)).isEqualTo(rehearsed);
            assertThat(audit("dry-" + name))
                    .extracting(line -> line.getBoolean("dryRun"))
                    .containsExactly(true, false);
        }
    }

    @Test
    void oneIdStandsEverywhereAndIsTheSameNextTime() {
        JsonObject review = Reviews.create("Pod", "id-1", image("app:unsigned"));
        JsonObject response = Json.createReader(new java.io.StringReader(
                        server.review(review.toString()).body()))
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
        assertThat(ServerTrial.lines(server, "uid", "id-1").filter(line -> line.containsKey("msg")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.getString("id")).isEqualTo(id));
        String again = ask(server, Reviews.create("Pod", "id-2", image("app:unsigned")))
                .message();
        assertThat(again).isEqualTo(message);
    }

    @Test
    void theEvidenceOfAnAdmissionNamesSignerDigestAndTrail() {
        String image = image("app:signed");
        JsonObject annotations = Json.createReader(new java.io.StringReader(server.review(
                                with(Reviews.create("Pod", "evidence", image), "/request/name", Json.createValue("e"))
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
                .containsEntry("digest", signed.toString())
                .containsKeys("rule", "policy", "id");
    }

    private static Map<String, String> texts(JsonObject object) {
        return object.entrySet().stream()
                .collect(java.util.stream.Collectors.toMap(
                        Map.Entry::getKey, entry -> ((JsonString) entry.getValue()).getString()));
    }

    private static List<JsonObject> audit(String uid) {
        return ServerTrial.lines(server, "uid", uid)
                .filter(line -> line.containsKey("schema"))
                .toList();
    }
}

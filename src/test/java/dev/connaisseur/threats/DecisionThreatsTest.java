package dev.connaisseur.threats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.admission.AdmissionDecision;
import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.admission.AdmissionDecision.Refused;
import dev.connaisseur.admission.DecisionJournal;
import dev.connaisseur.admission.DecisionRecord;
import dev.connaisseur.admission.Outcome;
import dev.connaisseur.admission.Traces;
import dev.connaisseur.boot.Configuration;
import dev.connaisseur.boot.Engine;
import dev.connaisseur.boot.Surroundings;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.image.Digest;
import dev.connaisseur.kubernetes.AdmissionPhase;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.MalformedReviewException;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.FakeCluster;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.validator.Reason;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonPatchBuilder;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows 83 to 99 of the catalogue of threats: what a user of the cluster can do, against the whole engine, each beside its twin. */
@Timeout(120)
class DecisionThreatsTest {
    private static final String OWNER_PATH = "/apis/apps/v1/namespaces/default/replicasets/cart";
    private static final String OWNER = """
            {'metadata':{'name':'cart','namespace':'default','uid':'r-1'%s},'spec':{'template':{'spec':{'containers':[
             {'name':'containers-0','image':'%s'}]}}}}""";
    private static final String REFERENCE =
            "[{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'cart','uid':'r-1','controller':true}]";

    @TempDir
    Path directory;

    private final EmbeddedRegistry registry = EmbeddedRegistry.open();
    private final List<DecisionRecord> audit = new CopyOnWriteArrayList<>();
    private final DecisionJournal journal = new DecisionJournal(10);
    private final PrometheusRegistry metrics = new PrometheusRegistry();
    private final Problems problems = new Problems(OnProblem.REFUSE);
    private FakeCluster cluster;
    private Engine engine;
    private Configuration configuration;
    private String signed;
    private String unsigned;
    private Digest digest;

    @BeforeEach
    void open() throws IOException {
        CosignSigner signer = CosignSigner.create();
        digest = TestImage.push(registry, "app", "signed", "signed");
        signer.sign(registry, "app", digest);
        TestImage.push(registry, "app", "unsigned", "unsigned");
        signed = registry.host() + "/app:signed";
        unsigned = registry.host() + "/app:unsigned";
        cluster = FakeCluster.open(Files.createDirectories(directory.resolve("account")));
        Files.writeString(directory.resolve("config.yaml"), """
                validators:
                - {name: allow, type: static, approve: true}
                - name: default
                  type: cosign
                  trustRoots:
                  - name: default
                    key: |
                %s
                policy:
                - {pattern: "*:*", with: {verifyInTransparencyLog: false}}
                - {pattern: "controller.example/own@sha256:%s", validator: allow}
                """.formatted(
                        signer.publicKey().indent(6).stripTrailing(), digest.hex()));
        with();
    }

    @AfterEach
    void close() {
        configuration.close();
        engine.close();
        cluster.close();
        registry.close();
    }

    /** Opens the engine once more; {@code environment} is name, value, name, value … */
    private void with(String... environment) {
        if (engine != null) {
            configuration.close();
            engine.close();
        }
        Map<String, String> variables = new HashMap<>(
                Map.of("CONNAISSEUR_CONFIG_DIR", directory.toString(), "CONNAISSEUR_NETWORK_ALLOW", "localhost"));
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        Surroundings around = new Surroundings(
                InstantSource.system(),
                new Lookups(),
                new dev.connaisseur.kubernetes.Lookups(),
                new dev.connaisseur.keys.Lookups(),
                engine == null ? metrics : new PrometheusRegistry(),
                Optional.of(cluster.access()),
                List.of(audit::add, journal::add),
                Traces.NONE);
        engine = Engine.open(Settings.read(new PropertySource(variables, Map.of())), around);
        configuration = engine.read(problems);
        problems.throwIfErrors();
    }

    private AdmissionDecision decide(String review, AdmissionPhase phase) {
        return engine.decide(
                        configuration,
                        AdmissionReview.parse(review.getBytes(UTF_8), phase),
                        Deadline.after(Duration.ofSeconds(20)))
                .toCompletableFuture()
                .join();
    }

    private AdmissionDecision ask(JsonObject review) {
        return decide(review.toString(), AdmissionPhase.MUTATING);
    }

    private AdmissionDecision ask(JsonObject review, UnaryOperator<JsonPatchBuilder> change) {
        return ask(change.apply(Json.createPatchBuilder()).build().apply(review));
    }

    private static JsonObject pod(String... images) {
        return Reviews.create("Pod", "u", images);
    }

    private static JsonValue json(String text) {
        try (var reader = Json.createReader(new java.io.StringReader(text.replace('\'', '"')))) {
            return reader.readValue();
        }
    }

    private static void admitted(AdmissionDecision decision) {
        assertThat(decision).as(decision.message().orElse("")).isInstanceOf(Allowed.class);
    }

    private static void refused(AdmissionDecision decision, Reason reason) {
        assertThat(decision).isInstanceOf(Refused.class);
        assertThat(decision.toResponse().patch().isEmpty()).isTrue();
        assertThat(decision.outcomes())
                .filteredOn(Outcome.Refusal.class::isInstance)
                .extracting(o -> ((Outcome.Refusal) o).reason())
                .containsOnly(reason);
    }

    /** 83. */
    @Test
    void anEphemeralContainerIsVerified() {
        String pinned = signed + "@" + digest;
        for (String image : List.of(signed, unsigned)) {
            JsonObject update = Reviews.update(
                    "Pod",
                    "u",
                    Map.of("containers", List.of(pinned)),
                    Map.of("containers", List.of(pinned), "ephemeralContainers", List.of(image)));
            AdmissionDecision decision = ask(update, p -> p.add("/request/subResource", "ephemeralcontainers"));
            if (image.equals(signed)) {
                admitted(decision);
            } else {
                refused(decision, Reason.NO_SIGNATURE);
            }
        }
    }

    /** 84. */
    @ParameterizedTest
    @CsvSource({"Pod", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "ReplicationController", "Job", "CronJob"
    })
    void initContainersAreVerifiedInEveryKind(String kind) {
        admitted(ask(
                Reviews.create(kind, "u", Map.of("containers", List.of(signed), "initContainers", List.of(signed)))));
        refused(
                ask(Reviews.create(
                        kind, "u", Map.of("containers", List.of(signed), "initContainers", List.of(unsigned)))),
                Reason.NO_SIGNATURE);
    }

    /** 84: a sidecar is an init container that is restarted. */
    @Test
    void sidecarsAreVerified() {
        refused(sidecar(unsigned), Reason.NO_SIGNATURE);
        admitted(sidecar(signed));
    }

    private AdmissionDecision sidecar(String image) {
        JsonObject review =
                Reviews.create("Pod", "u", Map.of("containers", List.of(signed), "initContainers", List.of(image)));
        return ask(review, p -> p.add("/request/object/spec/initContainers/0/restartPolicy", "Always"));
    }

    /** 85. */
    @Test
    void imageVolumesAreVerified() {
        admitted(volume(signed));
        refused(volume(unsigned), Reason.NO_SIGNATURE);
        assertThat(volume(unsigned).message().orElseThrow()).contains("(image volume \"data\")");
    }

    private AdmissionDecision volume(String reference) {
        return ask(
                pod(signed),
                p -> p.add(
                        "/request/object/spec/volumes",
                        json("[{'name':'data','image':{'reference':'" + reference + "'}}]")));
    }

    private AdmissionDecision child(String image, String reference) {
        return ask(pod(image), p -> p.add("/request/object/metadata/ownerReferences", json(reference)));
    }

    /** 86. The registry is away, so that nothing but an approval admits. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'uid':'r-1' | 'uid':'r-2'",
                "'apps/v1' | 'evil.io/v1'",
                "'kind':'ReplicaSet' | 'kind':'Rollout'",
                "'controller':true | 'controller':false",
                "'name':'cart' | 'name':'other'"
            })
    void forgedOwnersApproveNothing(String part, String instead) {
        String image = unsigned + "@" + digest;
        cluster.put(OWNER_PATH, OWNER.formatted("", image));
        registry.stop();
        admitted(child(image, REFERENCE));
        refused(child(image, REFERENCE.replace(part, instead)), Reason.INCONCLUSIVE);
        refused(child(unsigned + "@sha256:" + "0".repeat(64), REFERENCE), Reason.INCONCLUSIVE);
        assertThat(ask(
                        pod(image),
                        p -> p.add("/request/object/metadata/ownerReferences", json(REFERENCE))
                                .replace("/request/namespace", "elsewhere")))
                .isInstanceOf(Refused.class);
        registry.start();
    }

    /** 87, step by step; on a real API server in its own suite. */
    @Test
    void aDeletedOwnerIsNoWayIn() {
        String deleting = ",'deletionTimestamp':'2026-01-01T00:00:00Z','finalizers':['a/b']";
        String good = signed + "@" + digest;
        String update = """
                {'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','request':{'uid':'u','operation':'UPDATE',
                 'namespace':'default','kind':{'kind':'ReplicaSet'},'object':%s,'oldObject':%s}}""";
        String old = OWNER.formatted(deleting, good);
        admitted(decide(
                update.formatted(OWNER.formatted(",'deletionTimestamp':'2026-01-01T00:00:00Z'", good), old)
                        .replace('\'', '"'),
                AdmissionPhase.MUTATING));
        refused(
                decide(
                        update.formatted(OWNER.formatted(deleting, unsigned), old)
                                .replace('\'', '"'),
                        AdmissionPhase.MUTATING),
                Reason.NO_SIGNATURE);
        cluster.put(OWNER_PATH, OWNER.formatted(deleting, unsigned));
        refused(child(unsigned, REFERENCE), Reason.NO_SIGNATURE);
        cluster.put(OWNER_PATH, OWNER.formatted("", unsigned));
        admitted(child(unsigned, REFERENCE)); // the twin: an owner that lives
    }

    /** 88. */
    @Test
    void whatTheNewObjectSaysAboutItselfGivesNoPrivilege() {
        for (String member : List.of("deletionTimestamp", "generateName", "uid")) {
            refused(
                    ask(pod(unsigned), p -> p.add("/request/object/metadata/" + member, "2026-01-01T00:00:00Z")),
                    Reason.NO_SIGNATURE);
            admitted(ask(pod(signed), p -> p.add("/request/object/metadata/" + member, "2026-01-01T00:00:00Z")));
        }
        refused(
                ask(
                        Reviews.update(
                                "Pod",
                                "u",
                                Map.of("containers", List.of(signed)),
                                Map.of("containers", List.of(unsigned))),
                        p -> p.add("/request/object/metadata/deletionTimestamp", "2026-01-01T00:00:00Z")),
                Reason.NO_SIGNATURE);
    }

    /** 89. */
    @Test
    void unchangedMeansTheSamePlaceInTheStoredObject() {
        with("AUTOMATIC_UNCHANGED_APPROVAL", "true");
        Map<String, List<String>> before = Map.of("containers", List.of(unsigned, signed));
        admitted(ask(
                Reviews.update("Pod", "u", before, before),
                p -> p.add("/request/object/metadata/labels", json("{'a':'b'}"))));
        refused(
                ask(Reviews.update("Pod", "u", before, Map.of("containers", List.of(signed, unsigned)))),
                Reason.NO_SIGNATURE);
        refused(
                ask(
                        Reviews.update("Pod", "u", before, before),
                        p -> p.add("/request/object/spec/containers/0/imagePullPolicy", "Always")),
                Reason.NO_SIGNATURE);
        Map<String, List<String>> dropped = Map.of("containers", List.of(signed));
        admitted(ask(Reviews.update("Pod", "u", before, dropped)));
        refused(
                ask(Reviews.update("Pod", "u", dropped, Map.of("containers", List.of(signed, unsigned)))),
                Reason.NO_SIGNATURE);
        refused(
                ask(
                        Reviews.update(
                                "Pod",
                                "u",
                                Map.of("containers", List.of(signed)),
                                Map.of("containers", List.of(unsigned))),
                        p -> p.add(
                                "/request/object/metadata/annotations",
                                json("{'kubectl.kubernetes.io/last-applied-configuration':'" + unsigned + "'}"))),
                Reason.NO_SIGNATURE);
    }

    /** 90. Whoever reaches the port learns the verdict that a dry run would tell, and nothing that is secret. */
    @Test
    void aDirectCallGetsTheVerdictAndNothingElse() {
        String answer = new String(
                ask(pod(unsigned))
                        .toResponse()
                        .toJson(AdmissionReview.parse(pod(unsigned).toString().getBytes(UTF_8))),
                UTF_8);
        assertThat(answer).doesNotContain("BEGIN PUBLIC KEY", directory.toString(), "Bearer", "Exception");
        refused(ask(pod(unsigned)), Reason.NO_SIGNATURE);
        admitted(ask(pod(signed)));
    }

    /** 91. */
    @ParameterizedTest
    @ValueSource(strings = {"PodTemplate", "Rollout", "pod", "", "Deployment", "CronJob"})
    void anObjectThatIsNotOfItsKindIsDenied(String kind) {
        admitted(ask(pod(signed)));
        AdmissionDecision decision = ask(pod(signed), p -> p.replace("/request/kind/kind", kind));
        assertThat(decision).isInstanceOf(Refused.class);
        assertThat(decision.message().orElseThrow()).startsWith("error decoding new workload object");
        for (String operation : List.of("CONNECT", "DELETE", "")) {
            refused(ask(pod(unsigned), p -> p.replace("/request/operation", operation)), Reason.NO_SIGNATURE);
        }
    }

    /** 92. Namespaces are chosen by the webhook's selector; what comes is verified, whatever it says about itself. */
    @Test
    void aLabelInTheRequestSwitchesNothingOff() {
        String ignore = "{'securesystemsengineering.connaisseur/webhook':'ignore'}";
        for (String place : List.of("labels", "annotations")) {
            refused(
                    ask(pod(unsigned), p -> p.add("/request/object/metadata/" + place, json(ignore))),
                    Reason.NO_SIGNATURE);
            admitted(ask(pod(signed), p -> p.add("/request/object/metadata/" + place, json(ignore))));
        }
    }

    /** 93. */
    @Test
    void aRehearsalLeavesNoTrace() {
        AdmissionDecision rehearsed = ask(pod(unsigned), p -> p.replace("/request/dryRun", JsonValue.TRUE));
        assertThat(journal.latest(10)).isEmpty();
        assertThat(metrics.scrape().stream()
                        .filter(m -> m.getMetadata().getName().startsWith("connaisseur_requests_denied"))
                        .mapToInt(m -> m.getDataPoints().size())
                        .sum())
                .isZero();
        AdmissionDecision real = ask(pod(unsigned));
        assertThat(real.toResponse()).isEqualTo(rehearsed.toResponse());
        assertThat(journal.latest(10)).hasSize(1);
        assertThat(audit).extracting(DecisionRecord::dryRun).containsExactly(true, false);
    }

    /** 94. */
    @Test
    void ambiguousJsonIsRefused() {
        String twin = pod(signed).toString();
        admitted(decide(twin, AdmissionPhase.MUTATING));
        for (String bent : List.of(
                twin.replace("\"image\":", "\"image\":\"" + unsigned + "\",\"image\":"),
                twin.replace("\"image\":", "\"ima\\u0067e\":\"" + unsigned + "\",\"image\":"),
                twin.replace("\"name\":\"demo\"", "\"name\":\"\\ud800\""),
                twin + "{}",
                "[".repeat(100_000) + "]".repeat(100_000))) {
            assertThatThrownBy(() -> decide(bent, AdmissionPhase.MUTATING))
                    .isInstanceOf(MalformedReviewException.class);
        }
        AdmissionDecision otherCase = decide(twin.replace("\"image\":", "\"Image\":"), AdmissionPhase.MUTATING);
        assertThat(otherCase).isInstanceOf(Refused.class);
    }

    /** 95. */
    @Test
    void hostileTextCannotBendThePatch() {
        for (String hostile : List.of("x\",\"op\":\"remove", "~1a/b", "\u0000", "x y")) {
            refused(ask(pod(registry.host() + "/app:" + hostile)), Reason.INVALID_REFERENCE);
        }
        JsonObject review = pod(signed);
        Allowed allowed = (Allowed)
                ask(review, p -> p.add("/request/object/spec/unknown", json("{'containers':[{'image':'x'}]}")));
        assertThat(allowed.patch().operations())
                .singleElement()
                .satisfies(o -> assertThat(o.path()).isEqualTo("/spec/containers/0/image"));
    }

    /** 96. */
    @Test
    void answersAreOfTheirRequestAndASecondRoundChangesNothing() {
        JsonObject review = pod(signed);
        Allowed first = (Allowed) ask(review);
        String answer = new String(
                first.toResponse()
                        .toJson(AdmissionReview.parse(review.toString().getBytes(UTF_8))),
                UTF_8);
        assertThat(answer).contains("\"uid\":\"u\"").contains("\"apiVersion\":\"admission.k8s.io/v1\"");
        String pinned = first.patch().operations().getFirst().value();
        assertThat(pinned).isEqualTo(signed + "@" + digest);
        assertThat(((Allowed) ask(pod(pinned))).patch().isEmpty()).isTrue();
        assertThat(((Allowed) decide(pod(pinned).toString(), AdmissionPhase.VALIDATING))
                        .patch()
                        .isEmpty())
                .isTrue();
    }

    /** 97. */
    @Test
    void lenientModesTogetherAreSaidAndVouchForNothing() {
        with("DETECTION_MODE", "true", "RESOURCE_VALIDATION_MODE", "podsOnly");
        assertThat(problems.warnings().stream().map(Problem::what))
                .anyMatch(what -> what.contains("nothing is denied"))
                .anyMatch(what -> what.contains("automatic child approval is therefore off"));
        String image = unsigned + "@" + digest;
        cluster.put(OWNER_PATH, OWNER.formatted("", image));
        with("RESOURCE_VALIDATION_MODE", "podsOnly");
        registry.stop();
        refused(child(image, REFERENCE), Reason.INCONCLUSIVE);
        assertThat(cluster.asked()).isEmpty();
        registry.start();
        with();
        registry.stop();
        admitted(child(image, REFERENCE)); // the twin
        registry.start();
    }

    /** 98. What must start before anything else works is named by its digest, and needs nobody to be asked. */
    @Test
    void anExemptionByDigestNeedsNobody() {
        registry.stop();
        cluster.fallSilent();
        admitted(ask(pod("controller.example/own@" + digest)));
        assertThat(ask(pod("controller.example/own@sha256:" + "0".repeat(64)))).isInstanceOf(Refused.class);
        assertThat(cluster.asked()).isEmpty();
        registry.start();
    }

    /** 99. */
    @Test
    void whatAdmissionCannotSeeIsWrittenDown() throws IOException {
        assertThat(Files.readString(Path.of("src/site/markdown/features.md")))
                .contains("static pods", "kubectl debug node", "container runtime", "checkpoint");
    }
}

package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntimeFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is asked about, who is exempt, and that there is always a webhook. */
class ChartWebhookIT {
    private static final String OURS = "localhost/connaisseur-open-liberty@sha256:" + "a".repeat(64);
    private static final String REDIS = "redis@sha256:83edc2b8e9ffb1781a67bdab260a94674f802881838e20bba0f9a69d8cb40d70";
    private static final String PINNED = """
            kubernetes: {deployment: {image: {digest: "sha256:%s"}}}
            """.formatted("a".repeat(64));

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0} in {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                // exempt: only our images, only our namespace
                "Pod {containers: [{image: OURS}]}; connaisseur; exempt",
                "Pod {containers: [{image: REDIS}], volumes: [{name: a, emptyDir: {}}]}; connaisseur; exempt",
                "Pod {containers: [{image: OURS}], initContainers: [{image: OURS}]}; connaisseur; exempt",
                "Pod {template: {spec: {containers: [{image: OURS}]}}}; connaisseur; exempt",
                // asked about
                "Pod {containers: [{image: OURS}]}; other; asked",
                "Pod {containers: [{image: 'evil:1'}]}; connaisseur; asked",
                "Pod {containers: [{image: OURS}, {image: 'evil:1'}]}; connaisseur; asked",
                "Pod {containers: [{image: OURS}], initContainers: [{image: 'evil:1'}]}; connaisseur; asked",
                "Pod {containers: [{image: OURS}], ephemeralContainers: [{image: 'evil:1'}]}; connaisseur; asked",
                "Pod {containers: [{image: OURS}], volumes: [{name: a, image: {reference: 'evil:1'}}]}; connaisseur; asked",
                "Pod {containers: [{name: none}]}; connaisseur; asked",
                "Pod {containers: [{image: 'OURS '}]}; connaisseur; asked",
                "Pod {template: {spec: {containers: [{image: 'evil:1'}]}}}; connaisseur; asked",
                "Pod {template: {spec: {containers: [{image: OURS}]}}, containers: [{image: 'evil:1'}]}; connaisseur; asked",
                "Pod {template: {}}; connaisseur; asked",
                "Pod {jobTemplate: {spec: {template: {spec: {containers: [{image: OURS}]}}}}}; connaisseur; asked",
                "Pod {}; connaisseur; asked"
            })
    void exemptsOnlyItself(String what, String namespace, String expected) throws Exception {
        String yaml = what.substring(4).replace("OURS", OURS).replace("REDIS", REDIS);
        Object object = Map.of("spec", Chart.documents(yaml).getFirst());
        assertThat(asked(object, namespace)).isEqualTo(expected.equals("asked"));
    }

    @Test
    void asksAboutAnObjectThatIsNotThere() throws Exception {
        assertThat(asked(NullValue.NULL_VALUE, "connaisseur")).isTrue();
        assertThat(asked(Map.of("metadata", Map.of()), "connaisseur")).isTrue();
    }

    private boolean asked(Object object, String namespace) throws CelValidationException, CelEvaluationException {
        Object webhook = Chart.open(directory)
                .render(Chart.NEWEST, List.of("without-cluster"), PINNED)
                .get("MutatingWebhookConfiguration/connaisseur-webhook");
        assertThat(Rendering.list(webhook, "webhooks", 0, "matchConditions")).hasSize(1);
        String expression = Rendering.text(webhook, "webhooks", 0, "matchConditions", 0, "expression");
        CelCompiler compiler = CelCompilerFactory.standardCelCompilerBuilder()
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addVar("object", SimpleType.DYN)
                .addVar("request", SimpleType.DYN)
                .build();
        return (boolean) CelRuntimeFactory.legacyCelRuntimeBuilder()
                .build()
                .createProgram(compiler.compile(expression).getAst())
                .eval(Map.of("object", object, "request", Map.of("namespace", namespace)));
    }

    @ParameterizedTest
    @CsvSource({
        // version, webhooks, conditions, selectors of namespaces in the first, of objects in the second
        "1.34.0, 1, true, 1, 0",
        "1.28.0, 1, true, 1, 0",
        "1.27.9, 2, false, 2, 1",
        "1.21.0, 2, false, 2, 1",
        "1.20.15, 1, false, 1, 0",
        "1.16.0, 1, false, 1, 0"
    })
    void exemptsItselfAsFarAsTheClusterCan(
            String version, int webhooks, boolean conditions, int namespaces, int objects) {
        Rendering rendering = Chart.open(directory).render(version, List.of("without-cluster"), "{}");
        for (String name : List.of(
                "MutatingWebhookConfiguration/connaisseur-webhook",
                "MutatingWebhookConfiguration/connaisseur-webhook-stand-in",
                "ValidatingWebhookConfiguration/connaisseur-validating-webhook")) {
            Object webhook = rendering.get(name);
            assertThat(Rendering.list(webhook, "webhooks")).hasSize(webhooks);
            assertThat(Rendering.at(webhook, "webhooks", 0, "matchConditions") != null)
                    .isEqualTo(conditions);
            assertThat(Rendering.list(webhook, "webhooks", 0, "namespaceSelector", "matchExpressions"))
                    .hasSize(namespaces);
            assertThat(Rendering.list(webhook, "webhooks", 1, "objectSelector", "matchExpressions"))
                    .hasSize(objects);
        }
        assertThat(Rendering.text(
                        rendering.get("Deployment/connaisseur"),
                        "spec",
                        "template",
                        "metadata",
                        "labels",
                        "connaisseur.dev/own"))
                .isEqualTo("true");
    }

    @Test
    void isNeverGoneWhileItIsReplaced() {
        Rendering rendering = Chart.open(directory).render(Chart.NEWEST, List.of("without-cluster"), "{}");
        Object live = rendering.get("MutatingWebhookConfiguration/connaisseur-webhook");
        Object standIn = rendering.get("MutatingWebhookConfiguration/connaisseur-webhook-stand-in");
        Object taken = rendering.get("MutatingWebhookConfiguration/connaisseur-webhook (pre-delete)");

        assertThat(Rendering.at(standIn, "webhooks")).isEqualTo(Rendering.at(live, "webhooks"));
        assertThat(hook(standIn, "")).isEqualTo("post-upgrade,post-rollback");
        assertThat(hook(standIn, "-delete-policy")).contains("hook-succeeded");
        assertThat(Integer.parseInt(hook(standIn, "-weight"))).isLessThan(Integer.parseInt(hook(live, "-weight")));
        assertThat(hook(live, "-delete-policy")).isEqualTo("before-hook-creation");
        assertThat(Rendering.list(taken, "webhooks")).isEmpty();
    }

    @Test
    void saysOnlyWhatTheKindKnows() {
        Rendering rendering = Chart.open(directory).render(Chart.NEWEST, List.of("without-cluster"), "{}");
        assertThat(Rendering.text(
                        rendering.get("MutatingWebhookConfiguration/connaisseur-webhook"),
                        "webhooks",
                        0,
                        "reinvocationPolicy"))
                .isEqualTo("Never");
        assertThat(Rendering.text(
                        rendering.get("ValidatingWebhookConfiguration/connaisseur-validating-webhook"),
                        "webhooks",
                        0,
                        "reinvocationPolicy"))
                .isEmpty();
    }

    private static String hook(Object object, String suffix) {
        return Rendering.text(object, "metadata", "annotations", "helm.sh/hook" + suffix);
    }

    @ParameterizedTest
    @ValueSource(strings = {"warn", "enforce", "off"})
    void saysTheSameToTheServerAndTheProcess(String validating) {
        Rendering rendering = Chart.open(directory)
                .render(
                        Chart.NEWEST,
                        List.of("without-cluster"),
                        "kubernetes: {webhook: {validating: \"" + validating + "\"}}");
        assertThat(Rendering.map(rendering.get("ConfigMap/connaisseur-env"), "data"))
                .containsEntry("CONNAISSEUR_WEBHOOK_VALIDATING", validating);
        assertThat(rendering
                        .find("ValidatingWebhookConfiguration/connaisseur-validating-webhook")
                        .map(webhook -> Rendering.text(webhook, "webhooks", 0, "failurePolicy"))
                        .orElse("none"))
                .isEqualTo(Map.of("warn", "Ignore", "enforce", "Fail", "off", "none")
                        .get(validating));
    }

    @Test
    void asksForNoMoreRightsThanItsFeaturesNeed() {
        String keys = """
                application:
                  features: {automaticChildApproval: %s}
                  validators:
                  - name: default
                    type: cosign
                    trustRoots:
                    - {name: a, key: "k8s://connaisseur/release-key"}
                    - {name: b, key: "k8s://team/signing-key"}
                kubernetes: {rbac: {keySecrets: %s}}
                """;
        Chart chart = Chart.open(directory);
        Rendering both = chart.render(Chart.NEWEST, List.of("without-cluster"), keys.formatted(true, true));
        assertThat(both.objects().stream()
                        .filter(object -> Rendering.text(object, "kind").equals("Role"))
                        .map(object ->
                                Rendering.text(object, "metadata", "namespace") + Rendering.list(object, "rules")))
                .containsExactly(
                        "connaisseur[{apiGroups=[], resources=[secrets], resourceNames=[release-key], verbs=[get]}]",
                        "team[{apiGroups=[], resources=[secrets], resourceNames=[signing-key], verbs=[get]}]");
        Rendering neither = chart.render(
                Chart.NEWEST,
                List.of("without-cluster"),
                keys.formatted(false, false).replace("keySecrets: false", "keySecrets: false, webhooks: false"));
        assertThat(neither.names()).noneMatch(name -> name.contains("Role"));
        assertThat(chart.render(Chart.NEWEST, List.of("without-cluster"), "{}").names().stream()
                        .filter(name -> name.contains("Role")))
                .containsExactlyInAnyOrder(
                        "ClusterRole/connaisseur-cluster-role", "ClusterRoleBinding/connaisseur-cluster-role-binding",
                        "ClusterRole/connaisseur-webhooks", "ClusterRoleBinding/connaisseur-webhooks");
    }

    @ParameterizedTest
    @CsvSource({"false, warn, '[get]', 2", "true, warn, '[get, patch]', 2", "true, off, '[get, patch]', 1"})
    void mayLookAtItsOwnWebhooksAndChangeThemOnlyWhereToldTo(
            boolean manage, String validating, String verbs, int objects) {
        Rendering rendering = Chart.open(directory)
                .render(Chart.NEWEST, List.of("without-cluster"), """
                kubernetes: {webhook: {manageCaBundle: %s, validating: "%s"}}
                """.formatted(manage, validating));
        List<?> rules = Rendering.list(rendering.get("ClusterRole/connaisseur-webhooks"), "rules");
        assertThat(rules).hasSize(objects);
        assertThat(rules.getFirst())
                .hasToString("{apiGroups=[admissionregistration.k8s.io], resources=[mutatingwebhookconfigurations],"
                        + " resourceNames=[connaisseur-webhook], verbs=" + verbs + "}");
        String watched = Rendering.map(rendering.get("ConfigMap/connaisseur-env"), "data")
                .getOrDefault("CONNAISSEUR_WEBHOOK_WATCHED", "");
        for (String object : watched.split(",", -1)) {
            String kind = object.startsWith("mutating/") ? "Mutating" : "Validating";
            assertThat(rendering.find(kind + "WebhookConfiguration/" + object.substring(object.indexOf('/') + 1)))
                    .as(object)
                    .isPresent();
        }
        assertThat(watched.split(",", -1)).hasSize(objects);
    }
}

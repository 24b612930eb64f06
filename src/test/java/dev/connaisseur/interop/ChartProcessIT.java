package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.boot.Configuration;
import dev.connaisseur.boot.Engine;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import dev.connaisseur.webhook.MetricsResource;
import dev.connaisseur.webhook.MutateResource;
import dev.connaisseur.webhook.ValidateResource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart sets is what the process reads: files, variables, paths and ports. */
class ChartProcessIT {
    private static final List<String> PROBES = List.of("/health/started", "/health/live", "/health/ready");

    @TempDir
    java.nio.file.Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"team", "enterprise", "small", "everything"})
    void isReadByTheProcessWithoutAProblem(String values) throws IOException {
        Rendering rendering = rendered(values);
        Map<String, String> environment = new HashMap<>(mounted(rendering));
        environment.putAll(Rendering.map(rendering.get("ConfigMap/connaisseur-env"), "data"));

        Settings settings = Settings.read(new PropertySource(environment, Map.of()));
        Problems problems = new Problems(settings.onProblem());
        try (Engine engine = Engine.open(settings, InstantSource.system(), new PrometheusRegistry());
                Configuration read = engine.read(problems)) {
            assertThat(problems.errors()).isEmpty();
            assertThat(settings.warnings()).isEmpty();
            assertThat(read.policy().rules()).isNotEmpty();
        }
    }

    @Test
    void isNotReadWhereAValueIsWrong() throws IOException {
        Rendering rendering = Chart.open(directory).render(Chart.NEWEST, List.of("small", "without-cluster"), """
                        application: {policy: [{pattern: "*", validator: alow}]}
                        """);
        Settings settings = Settings.read(new PropertySource(mounted(rendering), Map.of()));
        Problems problems = new Problems(settings.onProblem());
        try (Engine engine = Engine.open(settings, InstantSource.system(), new PrometheusRegistry());
                Configuration read = engine.read(problems)) {
            assertThat(read.policy().rules()).hasSize(1);
            assertThat(problems.errors().toString()).contains("validator \"alow\" not found");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"team", "enterprise", "small", "everything"})
    void setsOnlyVariablesThatTheProcessKnows(String values) {
        Rendering rendering = rendered(values);
        Set<String> known = Settings.names().stream()
                .map(PropertySource::environmentName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> set = new TreeSet<>(Rendering.map(rendering.get("ConfigMap/connaisseur-env"), "data")
                .keySet());
        Rendering.list(container(rendering), "env").forEach(entry -> set.add(Rendering.text(entry, "name")));
        assertThat(known).containsAll(set);
    }

    @ParameterizedTest
    @ValueSource(strings = {"team", "enterprise", "small", "everything"})
    void mountsWhereTheProcessLooksAndWholeDirectoriesOnly(String values) {
        Settings defaults = Settings.read(new PropertySource(Map.of(), Map.of()));
        Settings.Directories looked = defaults.directories();
        List<?> mounts = Rendering.list(container(rendered(values)), "volumeMounts");
        assertThat(mounts)
                .allSatisfy(mount -> assertThat(Rendering.at(mount, "subPath")).isNull());
        List<String> readOnly = mounts.stream()
                .filter(mount -> Rendering.text(mount, "readOnly").equals("true"))
                .map(mount -> Rendering.text(mount, "mountPath"))
                .toList();
        assertThat(readOnly)
                .contains(
                        looked.certs().toString(),
                        looked.config().toString(),
                        looked.alerts().toString())
                .allMatch(path -> Set.of(
                                        looked.certs(),
                                        looked.config(),
                                        looked.alerts(),
                                        looked.redisCerts(),
                                        defaults.redis().keys())
                                .contains(java.nio.file.Path.of(path))
                        || path.startsWith(looked.secrets() + "/"));
    }

    @Test
    void asksProbesMetricsAndReviewsWhereTheServerAnswers() throws IOException {
        Rendering rendering = rendered("everything");
        Object container = container(rendering);
        String port = Files.readString(java.nio.file.Path.of("liberty/server.xml"))
                .replaceAll("(?s).*name=\"connaisseur.port\" defaultValue=\"([0-9]+)\".*", "$1");
        assertThat(Rendering.text(container, "ports", 0, "containerPort")).isEqualTo(port);
        assertThat(Rendering.text(rendering.get("Service/connaisseur-svc"), "spec", "ports", 0, "targetPort"))
                .isEqualTo(port);
        assertThat(List.of("startupProbe", "livenessProbe", "readinessProbe").stream()
                        .map(probe -> Rendering.text(container, probe, "httpGet", "path")))
                .isEqualTo(PROBES);
        assertThat(Files.readString(java.nio.file.Path.of("src/site/markdown/operations.md")))
                .contains(PROBES);
        assertThat(path(rendering, "MutatingWebhookConfiguration/connaisseur-webhook"))
                .isEqualTo(MutateResource.class.getAnnotation(Path.class).value());
        assertThat(path(rendering, "ValidatingWebhookConfiguration/connaisseur-validating-webhook"))
                .isEqualTo(ValidateResource.class.getAnnotation(Path.class).value());
        assertThat(Rendering.text(rendering.get("ServiceMonitor/connaisseur"), "spec", "endpoints", 0, "path"))
                .isEqualTo(MetricsResource.class.getAnnotation(Path.class).value());
    }

    @Test
    void namesNoMetricThatIsNotDocumented() throws IOException {
        Rendering rendering = rendered("everything");
        String documented = Files.readString(java.nio.file.Path.of("src/site/markdown/operations.md"));
        String used = rendering.get("PrometheusRule/connaisseur")
                + Rendering.text(rendering.get("ConfigMap/connaisseur-dashboard"), "data", "connaisseur.json");
        Set<String> metrics = java.util.regex.Pattern.compile("connaisseur_[a-z_]+")
                .matcher(used)
                .results()
                .map(found -> found.group().replaceAll("_bucket$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(metrics)
                .hasSizeGreaterThan(5)
                .allSatisfy(metric -> assertThat(documented).contains("`" + metric + "`"));
    }

    @Test
    void givesThePodMoreTimeToEndThanTheProcessTakes() {
        Rendering rendering = rendered("everything");
        Map<String, String> environment = Rendering.map(rendering.get("ConfigMap/connaisseur-env"), "data");
        Settings settings = Settings.read(new PropertySource(environment, Map.of()));
        int seconds = Integer.parseInt(Rendering.text(
                rendering.get("Deployment/connaisseur"), "spec", "template", "spec", "terminationGracePeriodSeconds"));
        assertThat((long) seconds)
                .isGreaterThan(settings.shutdown()
                        .delay()
                        .plus(settings.shutdown().grace())
                        .toSeconds());
    }

    private Rendering rendered(String values) {
        return Chart.open(directory).render(Chart.NEWEST, files(values), "{}");
    }

    static List<String> files(String values) {
        return values.equals("everything") ? List.of("without-cluster", values) : List.of(values, "without-cluster");
    }

    private static @Nullable Object container(Rendering rendering) {
        return Rendering.at(rendering.get("Deployment/connaisseur"), "spec", "template", "spec", "containers", 0);
    }

    private static String path(Rendering rendering, String webhook) {
        return Rendering.text(rendering.get(webhook), "webhooks", 0, "clientConfig", "service", "path");
    }

    /** Puts files where the pod would see them, and names the directories. */
    private Map<String, String> mounted(Rendering rendering) throws IOException {
        java.nio.file.Path config = Files.createDirectories(directory.resolve("config"));
        java.nio.file.Path alerts = Files.createDirectories(directory.resolve("alerts"));
        java.nio.file.Path secrets = Files.createDirectories(directory.resolve("secrets"));
        java.nio.file.Path templates = Files.createDirectories(alerts.resolve("templates"));
        Files.writeString(
                config.resolve("config.yaml"),
                Rendering.text(rendering.get("ConfigMap/connaisseur-app-config"), "data", "config.yaml"));
        Files.writeString(
                alerts.resolve("config.yaml"),
                rendering.secret("connaisseur-alert-config").get("config.yaml"));
        if (rendering.find("ConfigMap/connaisseur-alert-templates").isPresent()) {
            for (Map.Entry<String, String> template : Rendering.map(
                            rendering.get("ConfigMap/connaisseur-alert-templates"), "data")
                    .entrySet()) {
                Files.writeString(templates.resolve(template.getKey()), template.getValue());
            }
        }
        for (String name : List.of("default-auth", "harbor-login")) {
            java.nio.file.Path secret = Files.createDirectories(secrets.resolve(name));
            Files.writeString(
                    secret.resolve("secret.yaml"),
                    rendering.find("Secret/" + name).isPresent()
                            ? rendering.secret(name).get("secret.yaml")
                            : "{username: a, password: b, registry: harbor.corp.example:4443}");
        }
        return Map.of(
                "CONNAISSEUR_CONFIG_DIR", config.toString(),
                "CONNAISSEUR_ALERTS_DIR", alerts.toString(),
                "CONNAISSEUR_SECRETS_DIR", secrets.toString());
    }
}

package dev.connaisseur.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever the chart renders is an object that the API server takes, with no field that it does not know. Nothing is stored. */
@Timeout(600)
@TestInstance(Lifecycle.PER_CLASS)
class ChartObjectsIT {
    private static final Path VALUES = Path.of("src/test/resources/chart/values");

    private static final String GUARD = "--api-versions=admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy";

    @TempDir
    static Path directory;

    private ControlPlane plane;
    private Kubectl kubectl;

    /** Kinds of others that the chart can make, in place of the real definitions. */
    @BeforeAll
    void defineOthers() throws IOException {
        plane = ControlPlane.start(Files.createDirectories(directory.resolve("plane")));
        kubectl = plane.kubectl();
        kubectl.run("create", "namespace", "connaisseur").done();
        define("cert-manager.io", "certificates", "Certificate");
        define("monitoring.coreos.com", "servicemonitors", "ServiceMonitor");
        define("monitoring.coreos.com", "prometheusrules", "PrometheusRule");
        for (String kind : List.of("certificates", "servicemonitors", "prometheusrules")) {
            Until.within(
                    Until.AMPLE,
                    kind + " are known",
                    () -> kubectl.run("get", kind).exit() == 0);
        }
    }

    @AfterAll
    void end() {
        if (plane != null) {
            plane.close();
        }
    }

    /** The API server's: what Helm finds out by itself when it installs. */
    private String version() {
        JsonObject answer = plane.api().get("/version");
        return answer.getString("gitVersion").substring(1);
    }

    private void define(String group, String plural, String kind) {
        kubectl.feed("""
                        apiVersion: apiextensions.k8s.io/v1
                        kind: CustomResourceDefinition
                        metadata: {name: %2$s.%1$s}
                        spec:
                          group: %1$s
                          scope: Namespaced
                          names: {plural: %2$s, kind: %3$s}
                          versions:
                          - name: v1
                            served: true
                            storage: true
                            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                        """.formatted(group, plural, kind), "apply", "-f", "-").done();
    }

    @ParameterizedTest(name = "{0} by Helm {1}")
    @CsvSource({
        "'', 3",
        "'', 4",
        "small, 3",
        "small, 4",
        "without-cluster everything, 3",
        "without-cluster everything, 4",
        "without-cluster openshift, 3",
        "without-cluster openshift, 4",
        "team without-cluster, 3",
        "team without-cluster, 4",
        "enterprise without-cluster, 3",
        "enterprise without-cluster, 4"
    })
    void areTaken(String values, int helm) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "template",
                "connaisseur",
                "helm",
                "--namespace=connaisseur",
                "--dry-run=server",
                "--kube-version=" + version(),
                GUARD));
        List<String> files = Stream.of(values.split(" "))
                .filter(name -> !name.isEmpty())
                .flatMap(name ->
                        Stream.of("--values", VALUES.resolve(name + ".yaml").toString()))
                .toList();
        arguments.addAll(files);
        Helm program = Helm.of(helm, directory, plane.administrator());
        assertThat(program.run(Stream.concat(Stream.of("lint", "helm", "--strict"), files.stream())
                                .toArray(String[]::new))
                        .done())
                .contains("0 chart(s) failed");
        String screen = program.run(arguments.toArray(String[]::new)).done();
        String objects = screen.substring(screen.indexOf("---\n"));
        Path file = Files.writeString(directory.resolve("objects.yaml"), objects);

        List<String> taken = kubectl.run(
                        "-n", "connaisseur", "create", "--validate=strict", "--dry-run=server", "-f", file.toString())
                .done()
                .lines()
                .toList();
        long rendered =
                objects.lines().filter(line -> line.startsWith("kind: ")).count();
        assertThat(taken).hasSize((int) rendered).allMatch(line -> line.endsWith(" created (server dry run)"));
        assertThat(rendered).isGreaterThan(10);
    }

    @Test
    void adviseToTakeTheSystemOut() throws IOException {
        String advice = "kubectl label namespace kube-system " + ArmedCluster.IGNORED;
        Helm helm = Helm.of(3, directory, plane.administrator());
        String[] install = {"install", "connaisseur", "helm", "--namespace=connaisseur", "--dry-run=server"};
        assertThat(helm.run(install).done()).contains(advice).contains("only be one that was loaded on every node");
        kubectl.run(advice.substring("kubectl ".length()).split(" ")).done();

        String onlyWhereAskedFor = "--set=application.features.namespacedValidation.mode=validate";
        assertThat(helm.run(Stream.concat(Stream.of(install), Stream.of(onlyWhereAskedFor))
                                .toArray(String[]::new))
                        .done())
                .doesNotContain(advice);
    }
}

package dev.connaisseur.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The chart in {@code helm/}, rendered by the real Helm without a cluster. */
final class Chart {
    static final Path DIRECTORY = Path.of("helm").toAbsolutePath();
    static final String NEWEST = "1.34.0";

    private static final Path VALUES =
            Path.of("src/test/resources/chart/values").toAbsolutePath();
    private static final String POLICIES = "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy";

    private final Tool helm;
    private final Path directory;

    private Chart(Tool helm, Path directory) {
        this.helm = helm;
        this.directory = directory;
    }

    static Chart open(Path directory) {
        return new Chart(
                Tool.find("helm")
                        .orElseThrow(() -> new AssertionError(".ci/go-tools.txt installs helm; it is not there")),
                directory);
    }

    /** A values file of the tests, by its name. */
    static Path values(String name) {
        return VALUES.resolve(name + ".yaml");
    }

    /** Runs Helm with any arguments. */
    String helm(List<String> arguments) {
        return helm.run(
                directory,
                Map.of("HELM_CACHE_HOME", directory + "/cache", "HELM_CONFIG_HOME", directory + "/config"),
                arguments);
    }

    /** The text of all objects for a Kubernetes version and values, the later file winning. */
    String text(String version, List<Path> values) {
        Stream<String> files = values.stream().flatMap(file -> Stream.of("--values", file.toString()));
        String text = helm(Stream.concat(
                        Stream.of(
                                "template",
                                "connaisseur",
                                DIRECTORY.toString(),
                                "--namespace=connaisseur",
                                "--kube-version=" + version,
                                "--api-versions=" + POLICIES),
                        files)
                .toList());
        // Before the objects, Helm remarks that a value is a map here and a boolean there.
        return text.substring(Math.max(0, text.indexOf("---\n")));
    }

    /** The objects for values that are files of the tests, and last, YAML written down in the test. */
    Rendering render(String version, List<String> names, String yaml) {
        try {
            List<Path> files = new ArrayList<>(names.stream().map(Chart::values).toList());
            Path last = Files.writeString(directory.resolve("last.yaml"), yaml);
            files.add(last);
            return Rendering.of(text(version, files));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The documents of a YAML text that are not empty. */
    static List<Object> documents(String yaml) {
        Load load = new Load(LoadSettings.builder().setSchema(new CoreSchema()).build());
        return StreamSupport.stream(load.loadAllFromString(yaml).spliterator(), false)
                .filter(document -> document instanceof Map<?, ?>)
                .toList();
    }
}

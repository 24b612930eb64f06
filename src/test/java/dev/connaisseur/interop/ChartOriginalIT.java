package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values files of Connaisseur 3.10 render to objects that have the same effects; what they are stands in {@code chart/original}. */
class ChartOriginalIT {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"defaults, ''", "team, team", "enterprise, enterprise", "small, small"})
    void rendersWhatItRenderedTo(String expectation, String values) throws IOException {
        List<String> files = values.isEmpty() ? List.of("without-cluster") : List.of(values, "without-cluster");
        Rendering rendering = Chart.open(directory).render(Chart.NEWEST, files, "{}");
        Object expected = Chart.documents(
                        Files.readString(Path.of("src/test/resources/chart/original/" + expectation + ".yaml")))
                .getFirst();

        List<String> lacks = new ArrayList<>();
        ((Map<?, ?>) expected).forEach((name, tree) -> {
            if (!name.equals("absent")) {
                lacks.addAll(Rendering.lacks(tree, rendering.get(name.toString()), name.toString()));
            }
        });
        assertThat(lacks).isEmpty();
        assertThat(Rendering.list(expected, "absent"))
                .allSatisfy(name -> assertThat(rendering.find(name.toString())).isEmpty());
    }

    @Test
    void putsValidatorsAndPolicyIntoTheFileAsTheyAre() {
        Rendering rendering = Chart.open(directory).render(Chart.NEWEST, List.of("team", "without-cluster"), "{}");
        Object file = Chart.documents(
                        Rendering.text(rendering.get("ConfigMap/connaisseur-app-config"), "data", "config.yaml"))
                .getFirst();

        assertThat(Rendering.text(file, "validators", 2, "auth")).isEqualTo("{secretName=default-auth}");
        assertThat(Rendering.text(file, "validators", 2, "trustRoots", 0, "key"))
                .startsWith("-----BEGIN PUBLIC KEY-----\n");
        assertThat(Rendering.list(file, "policy")).hasSize(5);
        assertThat(Rendering.text(file, "policy", 1)).contains("registry.acme.example/*:*", "verifySCT=false");
        assertThat(rendering.secret("default-auth").get("secret.yaml"))
                .contains("username: robot", "password: s3cret-robot", "registry: registry.acme.example");
        assertThat(rendering.secret("connaisseur-alert-config").get("config.yaml"))
                .contains(
                        "clusterIdentifier: acme-staging",
                        "Authorization: GenieKey abc",
                        "failIfAlertSendingFails: true");
    }

    @Test
    void mountsASecretThatTwoValidatorsShareOnce() {
        Rendering rendering =
                Chart.open(directory).render(Chart.NEWEST, List.of("enterprise", "without-cluster"), "{}");
        List<?> volumes =
                Rendering.list(rendering.get("Deployment/connaisseur"), "spec", "template", "spec", "volumes");
        assertThat(volumes.stream().map(volume -> Rendering.text(volume, "name")))
                .doesNotHaveDuplicates()
                .contains("harbor-login-volume");
    }
}

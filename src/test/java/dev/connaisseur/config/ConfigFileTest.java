package dev.connaisseur.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final String MINIMAL = """
            validators:
            - name: default
              type: static
            policy:
            - pattern: "*:*"
            """;

    @TempDir
    private Path root;

    private Path config;
    private Path alerts;
    private final Problems problems = new Problems(OnProblem.REFUSE);

    @BeforeEach
    void layOut() throws IOException {
        config = Files.createDirectory(root.resolve("config"));
        alerts = Files.createDirectory(root.resolve("alerts"));
        write(MINIMAL, "{}");
    }

    private void write(String configYaml, String alertsYaml) throws IOException {
        Files.writeString(config.resolve("config.yaml"), configYaml);
        Files.writeString(alerts.resolve("config.yaml"), alertsYaml);
    }

    private ConfigFile load() {
        return ConfigFile.load(new Settings.Directories(config, root, root, alerts, root), problems);
    }

    private AlertFiles noAlerts() {
        return new AlertFiles(new Settings.Directories(config, root, root, alerts, root));
    }

    private List<String> errors() {
        return problems.errors().stream()
                .map(problem -> problem.toString().replace(root.toString(), ""))
                .toList();
    }

    @Test
    void readsTheFrame() {
        ConfigFile file = load();
        problems.throwIfErrors();
        assertThat(file.validators()).extracting(v -> v.requiredString("name")).containsExactly("default");
        assertThat(file.policy()).extracting(p -> p.requiredString("pattern")).containsExactly("*:*");
        assertThat(file.policy().getFirst().path()).isEqualTo("policy[0]");
        assertThat(file.alerts()).isEqualTo(AlertConfig.NONE);
        assertThat(problems.warnings()).isEmpty();
    }

    @Test
    void namesFiveMistakesOfOneFileAtOnce() throws IOException {
        write("""
                validators:
                - name: default
                  name: again
                - word
                policy: {}
                polcy: []
                alerting:
                  admitRequest:
                    receivers:
                    - template: slack
                """, "{}");
        load();
        assertThatThrownBy(problems::throwIfErrors)
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.problems()).hasSize(5))
                .extracting(e -> String.valueOf(e.getMessage()).replace(root.toString(), ""))
                .isEqualTo("""
                        Config has 5 errors:
                        /config/config.yaml:3: error parsing file: mapping key "name" already defined at line 2. Keep one of the two.
                        /config/config.yaml:4 validators[1]: cannot unmarshal !!str `word` into map. Write keys and values, one per line.
                        /config/config.yaml:5 policy: cannot unmarshal !!map into list. Write a list: lines that begin with a dash.
                        /config/config.yaml:6 polcy: field polcy not found in type config. Did you mean policy?
                        /config/config.yaml:10 alerting.admitRequest.receivers[0].receiverUrl: URL is a required field. Give receiverUrl a value.""");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'policy: [{pattern: x}]' | /config/config.yaml:1 validators: Validators must contain at least 1 item. Add an entry to validators.",
                "'{validators: [], policy: [{pattern: x}]}' | /config/config.yaml:1 validators: Validators must contain at least 1 item. Add an entry to validators.",
                "'validators: [{name: x}]' | /config/config.yaml:1 policy: Policy must contain at least 1 item. Add an entry to policy.",
                "'{validators: [{name: x}], policy: ~}' | /config/config.yaml:1 policy: Policy must contain at least 1 item. Add an entry to policy.",
                "'' | /config/config.yaml: error parsing file: yaml: EOF (the file is empty). Correct the YAML syntax there."
            })
    void reportsAnIncompleteFrame(String yaml, String error) throws IOException {
        write(yaml, "{}");
        load();
        assertThat(errors()).containsExactly(error);
    }

    @Test
    void reportsMissingFilesInTheOriginalsWords() throws IOException {
        Files.delete(config.resolve("config.yaml"));
        Files.delete(alerts.resolve("config.yaml"));
        load();
        assertThat(errors())
                .containsExactly(
                        "/config/config.yaml: error loading config: error sanitizing file with baseDir /config"
                                + " and pathElements [config.yaml]. There is no such file.",
                        "/alerts/config.yaml: error loading alerting config: error sanitizing file with baseDir /alerts"
                                + " and pathElements [config.yaml]. There is no such file.");
    }

    @Test
    void reportsAFileThatLeadsOutOfItsDirectory() throws IOException {
        Files.move(config.resolve("config.yaml"), root.resolve("elsewhere.yaml"));
        Files.createSymbolicLink(config.resolve("config.yaml"), root.resolve("elsewhere.yaml"));
        load();
        assertThat(errors())
                .containsExactly("/config/config.yaml: error loading config: error sanitizing file with baseDir /config"
                        + " and pathElements [config.yaml]. The file leads out of its directory.");
    }

    @Test
    void anEmptyAlertFileIsAnErrorAndTheDefaultDirectoryMayBeMissing() throws IOException {
        write(MINIMAL, "");
        load();
        assertThat(errors())
                .containsExactly(
                        "/alerts/config.yaml: error parsing file: yaml: EOF (the file is empty). Correct the YAML syntax there.");
        Problems others = new Problems(OnProblem.REFUSE);
        Settings.Directories unmounted = new Settings.Directories(config, root, root, Path.of("/app/alerts"), root);
        assertThat(ConfigFile.load(unmounted, others).alerts()).isEqualTo(AlertConfig.NONE);
        assertThat(others.hasErrors()).isFalse();
    }

    @Test
    void alertingInTheMainFileIsReadAndIgnoredWithAWarning() throws IOException {
        write(MINIMAL + "alerting: {clusterIdentifier: x}\n", "{clusterIdentifier: y}");
        assertThat(load().alerts().clusterIdentifier()).isEqualTo("y");
        assertThat(errors()).isEmpty();
        assertThat(problems.warnings())
                .singleElement()
                .extracting(Problem::path)
                .isEqualTo("alerting");
    }

    @Test
    void theFingerprintIsThatOfTheContent() throws IOException {
        Secrets none = new Secrets(root);
        Fingerprint first = load().fingerprint(none, noAlerts());
        assertThat(first.hex()).matches("[0-9a-f]{64}");
        write("# comment\npolicy:\n- {'pattern': '*:*'}\nvalidators: [{type: static, name: \"default\"}]\n", "{ }");
        assertThat(load().fingerprint(none, noAlerts())).isEqualTo(first);
        for (String other : List.of(
                MINIMAL.replace("static", "statik"),
                MINIMAL.replace("- name: default", "- name: default\n  approve: true"),
                MINIMAL.replace("- name: default", "- name: default\n  approve: \"true\""),
                MINIMAL + "- pattern: b\n- pattern: a\n",
                MINIMAL + "- pattern: a\n- pattern: b\n",
                MINIMAL.replace("*:*", "*"))) {
            write(other, "{}");
            Fingerprint fingerprint = load().fingerprint(none, noAlerts());
            assertThat(fingerprint).as(other).isNotEqualTo(first);
            first = fingerprint;
        }
        write(MINIMAL, "{clusterIdentifier: x}");
        assertThat(load().fingerprint(none, noAlerts())).isNotEqualTo(first);
    }

    @Test
    void theFingerprintHoldsTheSecretsThatWereRead() throws IOException {
        Files.createDirectory(root.resolve("s"));
        write(MINIMAL.replace("type: static", "type: static\n  auth: {secretName: s}"), "{}");
        Fingerprint before = withSecret("one");
        assertThat(withSecret("one")).isEqualTo(before);
        assertThat(withSecret("two")).isNotEqualTo(before);
    }

    private Fingerprint withSecret(String password) throws IOException {
        Files.writeString(root.resolve("s/secret.yaml"), "{username: u, registry: r.io, password: " + password + "}");
        Secrets secrets = new Secrets(root);
        ConfigFile file = load();
        assertThat(secrets.logins(file.validators().getFirst(), java.util.Optional.empty())
                        .isEmpty())
                .isFalse();
        return file.fingerprint(secrets, noAlerts());
    }
}

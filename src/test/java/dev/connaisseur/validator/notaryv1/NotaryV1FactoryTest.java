package dev.connaisseur.validator.notaryv1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.config.ConfigDocument;
import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problem.Severity;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.EgressRules;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.Network;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.testing.NotaryLab;
import dev.connaisseur.testing.Zoo;
import dev.connaisseur.tuf.LocalRollbackMemory;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Validator.RuleProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a validator of type notaryv1 may say in the configuration, and what is reported about the rest. */
final class NotaryV1FactoryTest {
    private static final Path CONFIGS = Path.of(
                    Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"))
            .resolve("connaisseur-testdata/test/testdata/notaryv1");

    private final NotaryLab lab = new NotaryLab();
    private final Problems problems = new Problems(OnProblem.REFUSE);

    @AfterEach
    void close() {
        lab.close();
    }

    private Validator create(String yaml) {
        ConfigSection section = ConfigDocument.parse("config.yaml", yaml.getBytes(UTF_8), problems)
                .orElseThrow();
        return lab.factory().create("nv1", section);
    }

    private static String yaml(String more) {
        return "name: nv1\ntype: notaryv1\ntrustRoots:\n- name: default\n  key: |\n"
                + Zoo.key("nv1-root").indent(4) + more;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host: notary.docker.io",
                "host: https://notary.example:4443",
                "host: HTTPS://notary.example/",
                "host: notary.example:4443",
                "host: acme.azurecr.io",
                "host: http://localhost:4443",
                "host: http://127.0.0.1:4443",
                "host: https://harbor.example/notary",
                "host: ''",
                "cert: ''"
            })
    void acceptsHosts(String host) {
        Validator validator = create(yaml(host));
        assertThat(problems.errors()).isEmpty();
        assertThat(problems.warnings()).isEmpty();
        assertThat(validator.name()).isEqualTo("nv1");
        assertThat(validator.type()).isEqualTo("notaryv1");
        assertThat(validator.check(RuleOptions.DEFAULTS)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            host: "\\\\\\\\\\\\"            | invalid url for notary host
            host: "not a host"              | invalid url for notary host
            host: "https://"                | invalid url for notary host
            host: "https://u:p@notary.io"   | invalid url for notary host
            host: "https://notary.io?x=1"   | invalid url for notary host
            host: "notary.io:99999"         | invalid url for notary host
            host: http://notary.example     | the notary host is addressed by plain http
            isAcr: true                     | field isAcr not found
            is_acr: true                    | field is_acr not found
            cert: "x"                       | invalid certificate for validator nv1
            auth: {}                        | neither secretName nor useKeychain defined
            auth: {secretName: nowhere}     | no authentication file for secret nowhere
            """)
    void refuses(String line, String what) {
        create(yaml(line));
        assertThat(problems.errors())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains(what));
    }

    @Test
    void plainHttpIsOnlyDeferred() {
        create(yaml("host: http://notary.example"));
        assertThat(problems.errors()).extracting(Problem::severity).containsExactly(Severity.DEFERRED);
    }

    @ParameterizedTest
    @CsvSource({"http://notary.example:4443, 0", "http://notary.example, 1", "http://other.example:4443, 1"})
    void plainHttpIsSpokenWithWhoIsListed(String host, int errors) {
        List<String> mistakes = new ArrayList<>();
        EgressRules rules = EgressRules.parse(List.of(), List.of(), List.of("notary.example:4443"), Set.of(), mistakes);
        assertThat(mistakes).isEmpty();
        try (HttpTransport transport = new HttpTransport(Network.STANDARD.with(rules))) {
            RegistryClients clients = new RegistryClients(transport, new Lookups(), new Secrets(Path.of("target")));
            ConfigSection section = ConfigDocument.parse(
                            "config.yaml", yaml("host: " + host).getBytes(UTF_8), problems)
                    .orElseThrow();
            new NotaryV1Factory(
                            clients,
                            new LocalRollbackMemory(1),
                            new Settings.NotaryV1(Duration.ofDays(30), true),
                            InstantSource.fixed(Instant.EPOCH))
                    .create("nv1", section);
        }
        assertThat(problems.errors())
                .hasSize(errors)
                .allSatisfy(problem -> assertThat(problem.remedy()).contains("network.plainHttp"));
    }

    @ParameterizedTest
    @CsvSource({
        "01_notaryv1.yaml, ",
        "02_no_trust_root.yaml, no trust roots provided for validator nv1",
        "03_invalid_host.yaml, invalid url for notary host",
        "04_default_host.yaml, ",
        "06_rsa_key.yaml, ",
        "07_invalid_pub_key.yaml, error parsing public key invalid_pub_key: ",
        "08_never_expire_notary.yaml, ",
        "09_extra_chars.yaml, key material for key moreLines of validator nv1 contains extraneous characters",
        "10_unknown_keys.yaml, error parsing public key dilithium: ",
        "11_multiple_entries.yaml, ",
        "12_auth.yaml, no authentication file for secret 15_default_auth",
        "13_invalid_cert.yaml, invalid certificate for validator nv1",
        "14_auth_no_registry.yaml, no authentication file for secret 13_no_registry_auth",
        "15_DER_key_format.yaml, wrong format, provide a PEM encoded public key"
    })
    void readsTheOriginalsConfigurations(String file, String what) throws IOException {
        assumeTrue(Files.isDirectory(CONFIGS), "no connaisseur-testdata at " + CONFIGS);
        create(Files.readString(CONFIGS.resolve(file)));
        if (what == null) {
            assertThat(problems.errors()).isEmpty();
        } else {
            assertThat(problems.errors())
                    .anySatisfy(problem -> assertThat(problem.what()).contains(what));
        }
    }

    @Test
    void tellsWhatRulesCanNeverWork() {
        Validator validator = create(yaml(""));
        assertThat(validator.check(NotaryLab.options("other", List.of())))
                .extracting(RuleProblem::what)
                .containsExactly("unable to find trust root other");
        assertThat(validator.check(NotaryLab.options("*", List.of("../root", "ok", "UPPER"))))
                .extracting(RuleProblem::what)
                .containsExactly("delegation ../root is no name of a role", "delegation UPPER is no name of a role");
    }
}

package dev.connaisseur.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.testing.CorpusLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The original's {@code auth} maps and secrets, and what becomes of each. */
class ConnaisseurSecretsTest {
    private static final Path VECTORS = Path.of(
            Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"),
            "connaisseur-testdata/test/testdata/auth");

    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("connaisseur-secrets");

    @BeforeAll
    static void present() {
        assumeTrue(Files.isDirectory(VECTORS), "connaisseur-testdata is not there");
    }

    /** File, registries that have a login (by commas), errors, warnings. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "01_auth               | registry.example.com | |",
                "02_keychain           | | |",
                "03_empty              | | |",
                "04_unable_to_find     | | no authentication file for secret not_found |",
                "05_err_reading_secret | | error reading authentication file DIR/05_err_reading_secret/secret.yaml: line 1 username: cannot unmarshal !!seq into string; error reading authentication file DIR/05_err_reading_secret/secret.yaml: line 2 password: cannot unmarshal !!map into string |",
                "06_unmarshal_err      | | cannot unmarshal !!str `empty` into map |",
                "07_no_secret          | | neither secretName nor useKeychain defined | field secret is ignored",
                "08_docker_auth        | index.docker.io,registry.io,registry.io/path | |",
                "09_auth_and_keychain  | registry.example.com | | field useKeychanin is ignored",
                "10_multi_auth_files   | registry.example.com | |",
                "11_no_auth_files      | | no authentication file for secret 11_no_auth_files |",
                "12_invalid_secret_file | | no authentication file for secret 12_invalid_secret_file |",
                "13_no_registry_auth   | | | the secret names no registry, so its credentials are never used",
                "14_invalid_registry_docker_auth | | error reading authentication file DIR/14_invalid_registry_docker_auth/.dockerconfigjson: line 3 auths.[[]]\\: unable to parse registry [[]]\\: not a host name |"
            })
    void comesOutAsSpecified(String name, @Nullable String registries, @Nullable String error, @Nullable String warning)
            throws IOException {
        Problems problems = new Problems(OnProblem.REFUSE);
        String auth = Files.readString(VECTORS.resolve(name + ".yaml"));
        ConfigSection validator = ConfigDocument.parse(name, ("auth:\n" + auth.indent(2)).getBytes(UTF_8), problems)
                .orElseThrow();
        Logins logins = new Secrets(VECTORS).logins(validator, Optional.empty());
        LEDGER.count(!problems.hasErrors());
        assertThat(new TreeSet<>(logins.byPrefix().keySet()))
                .containsExactlyElementsOf(registries == null ? List.of() : List.of(registries.split(",")));
        assertThat(said(problems.errors())).isEqualTo(error == null ? "" : error);
        assertThat(said(problems.warnings())).isEqualTo(warning == null ? "" : warning);
    }

    private static String said(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.what().replace(VECTORS.toString(), "DIR"))
                .collect(Collectors.joining("; "));
    }

    @Test
    void noFileIsLeftOut() throws IOException {
        try (Stream<Path> files = Files.list(VECTORS)) {
            Set<String> names = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".yaml"))
                    .collect(Collectors.toSet());
            assertThat(names).hasSize(14);
        }
    }
}

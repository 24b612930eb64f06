package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.config.OnProblem;
import dev.connaisseur.testing.CorpusLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The original's 15 configuration files: which load, and what is said about the others. */
class ConnaisseurConfigsTest {
    private static final Path VECTORS = Path.of(
            Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"),
            "connaisseur-testdata/test/testdata/config");

    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("connaisseur-configs");

    @TempDir
    private Path directory;

    @BeforeAll
    static void present() {
        assumeTrue(Files.isDirectory(VECTORS), "connaisseur-testdata is not there");
    }

    /**
     * File; what it does: {@code loads}, {@code fails}, or {@code deferred} where the original would deny at the first image; and
     * what is said, by semicolons.
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "00_sample                 | loads    | ''",
                "01_val_no_name            | fails    | '2 validators[0]: validator is missing a name; 1 policy: Policy must contain at least 1 item'",
                "02_val_no_type            | fails    | '2 validators[0]: validator is missing a type; 1 policy: Policy must contain at least 1 item'",
                "03_unsupported_type       | fails    | '3 validators[0].type: unsupported type \"stati\" for validator; 1 policy: Policy must contain at least 1 item'",
                "04_unmarshal_cosign_error | fails    | '5 validators[0].host.rekor: cannot unmarshal !!map into string; 6 validators[0].trustRoots[0].name: Name is a required field; 6 validators[0].trustRoots[0]: Key must be set if [Cert Keyless] isn''t; 1 policy: Policy must contain at least 1 item'",
                "05_invalid_cosign         | fails    | '5 validators[0].host.rekor: unable to create Rekor client for :\\\\\\: Expected scheme name; 6 validators[0].trustRoots[0].name: Name is a required field; 6 validators[0].trustRoots[0]: Key must be set if [Cert Keyless] isn''t; 1 policy: Policy must contain at least 1 item'",
                "06_unmarshal_static_error | fails    | '4 validators[0].approve: cannot unmarshal !!map into bool; 1 policy: Policy must contain at least 1 item'",
                "07_invalid_validator      | fails    | '2 validators[0]: cannot unmarshal !!seq into map; 1 policy: Policy must contain at least 1 item'",
                "08_unknown_field          | fails    | '5 validators[0].invalid: field invalid not found in type validators[*]; 1 policy: Policy must contain at least 1 item'",
                "09_missing_rule_validator | deferred | '10 policy[0].validator: validator \"x\" not found'",
                "10_mutate_test            | deferred | '10 policy[0].validator: validator \"mock\" not found'",
                "11_mutate_test_error      | deferred | '14 policy[2].validator: validator \"non-static-allow\" not found; 16 policy[3].validator: validator \"non-static-deny\" not found'",
                "12_mutate_test_cached     | deferred | '7 policy[0].validator: validator \"notImplemented\" not found'",
                "13_validation_modes       | loads    | ''",
                "14_validation_metrics     | deferred | '13 policy[0].validator: validator \"cosigner\" not found; 16 policy[2].validator: validator \"notary_validator\" not found'"
            })
    void loadsOrFailsAsSpecified(String name, String outcome, String said) throws IOException {
        String yaml = Files.readString(VECTORS.resolve(name + ".yaml"));
        List<String> expected = Arrays.stream(said.split("; "))
                .filter(error -> !error.isEmpty())
                .toList();
        Loading strict = Loading.of(directory, yaml, OnProblem.REFUSE);
        LEDGER.count(!strict.problems().hasErrors());
        assertThat(strict.errors()).containsExactlyInAnyOrderElementsOf(expected);
        Loading lenient = Loading.of(directory, yaml, OnProblem.DENY_RULE);
        assertThat(lenient.problems().hasErrors()).isEqualTo(outcome.equals("fails"));
        if (outcome.equals("deferred")) {
            assertThat(lenient.warnings()).containsAll(expected);
        }
    }

    @Test
    void noFileIsLeftOut() throws IOException {
        try (Stream<Path> files = Files.list(VECTORS)) {
            assertThat(files).hasSize(15);
        }
    }
}

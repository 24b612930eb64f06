package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.testing.Zoo;
import dev.connaisseur.trust.PublicKeys;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.validator.Validator.RuleProblem;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class QuorumTest {
    /** {@code alias} holds the key of alice once more. */
    private static final TrustRoots ROOTS = roots();

    static Stream<Arguments> decisions() {
        // trustRoot | required | threshold | tried | who signed | what is missing
        return Stream.of(
                Arguments.of("alice", "", 0, "alice", "alice", ""),
                Arguments.of("alice", "", 3, "alice", "alice", ""),
                Arguments.of("alice", "", 0, "alice", "", "error validating image"),
                Arguments.of("alice", "alice", 0, "alice", "alice", ""),
                Arguments.of("*", "", 0, "alice alias bob charlie", "alice alias bob charlie", ""),
                Arguments.of("*", "", 0, "alice alias bob charlie", "alias bob charlie", ""),
                Arguments.of(
                        "*",
                        "",
                        0,
                        "alice alias bob charlie",
                        "alice alias bob",
                        "validation threshold not reached (2/3)"),
                Arguments.of("*", "", 2, "alice alias bob charlie", "bob charlie", ""),
                Arguments.of(
                        "*", "", 2, "alice alias bob charlie", "alice alias", "validation threshold not reached (1/2)"),
                Arguments.of("*", "", 2, "alice alias bob charlie", "", "validation threshold not reached (0/2)"),
                Arguments.of("*", "bob", 0, "bob", "bob", ""),
                Arguments.of("*", "bob", 0, "bob", "", "missing required signatures from [bob]"),
                Arguments.of("*", "bob alice", 0, "alice bob", "alice", "missing required signatures from [bob]"),
                Arguments.of("*", "bob alice", 0, "alice bob", "", "missing required signatures from [bob alice]"),
                Arguments.of("*", "bob alice", 1, "alice bob", "alice", "missing required signatures from [bob]"),
                Arguments.of("*", "bob alice", 2, "alice bob", "alice bob", ""),
                Arguments.of("*", "bob alice", 2, "alice bob", "alice", "validation threshold not reached (1/2)"),
                Arguments.of("*", "bob", 2, "alice alias bob charlie", "bob charlie", ""),
                Arguments.of(
                        "*",
                        "bob",
                        2,
                        "alice alias bob charlie",
                        "alice charlie",
                        "missing required signatures from [bob]"),
                Arguments.of(
                        "*", "bob", 2, "alice alias bob charlie", "bob", "validation threshold not reached (1/2)"));
    }

    @ParameterizedTest(name = "{0}, required [{1}], threshold {2}: signed by [{4}]")
    @MethodSource
    void decisions(String trustRoot, String required, int threshold, String tried, String signed, String missing) {
        RuleOptions options = options(trustRoot, required, threshold);
        Quorum quorum = Quorum.of(ROOTS, options);

        assertThat(Quorum.problems("v", ROOTS, options)).isEmpty();
        assertThat(quorum.tried()).extracting(TrustRoot::name).containsExactlyElementsOf(words(tried));
        Acceptances accepted = new Acceptances();
        words(signed).stream()
                .map(name -> (TrustRoot.Key) ROOTS.named(name).orElseThrow())
                .forEach(root -> accepted.add(root, root.fingerprint()));
        assertThat(quorum.shortfall(accepted).map(Quorum.Shortfall::text).orElse(""))
                .isEqualTo(missing);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            one by one                              | alice=a bob=b charlie=c     | 3
            nobody                                  |                             | 0
            one signer for all                      | alice=a bob=a charlie=a     | 1
            many signers for one                    | alice=a alice=b alice=c     | 1
            the first leaves the only one of another | alice=a alice=b bob=a       | 2
            a chain of such                         | alice=a alice=b bob=b bob=c charlie=a | 3
            two signers for three                   | alice=a alice=b bob=a bob=b charlie=a | 2
            """)
    void aSignerCountsForOneTrustRootAndATrustRootForOneSigner(String name, String pairs, int distinct) {
        Acceptances accepted = new Acceptances();
        for (String pair : words(pairs == null ? "" : pairs)) {
            int equals = pair.indexOf('=');
            accepted.add(ROOTS.named(pair.substring(0, equals)).orElseThrow(), pair.substring(equals + 1));
        }
        assertThat(accepted.distinct()).isEqualTo(distinct);
    }

    static Stream<Arguments> impossible() {
        String unknown =
                "error getting verifiers: error getting trust roots for validator v: unable to find trust root ";
        return Stream.of(
                Arguments.of("dave", "", 0, "trustRoot", unknown + "dave"),
                Arguments.of("", "", 0, "trustRoot", unknown + "default"),
                Arguments.of("*", "dave", 0, "required", unknown + "dave"),
                Arguments.of("*", "", 4, "threshold", "threshold 4 can never be reached: there are 3 distinct signers"),
                Arguments.of(
                        "*",
                        "alice alias",
                        2,
                        "threshold",
                        "threshold 2 can never be reached: there are 1 distinct signers"),
                Arguments.of(
                        "alice", "bob", 0, "required", "missing required signatures from [bob] with trustRoot alice"));
    }

    @ParameterizedTest(name = "{0}, required [{1}], threshold {2}")
    @MethodSource
    void impossible(String trustRoot, String required, int threshold, String option, String what) {
        List<RuleProblem> problems = Quorum.problems("v", ROOTS, options(trustRoot, required, threshold));

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.option()).isEqualTo(option);
            assertThat(problem.what()).isEqualTo(what);
        });
    }

    @Test
    void anUnusableTrustRootIsAProblemOfRulesThatAskIt() {
        Map<String, TrustRoot> byName = new LinkedHashMap<>(ROOTS.byName());
        byName.put("broken", new TrustRoot.Unusable("broken", "its key is broken"));
        TrustRoots roots = new TrustRoots(byName);

        assertThat(Quorum.problems("v", roots, options("*", "", 1)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("broken is unusable: its key is broken"));
        assertThat(Quorum.problems("v", roots, options("*", "alice bob", 2))).isEmpty();
        assertThat(Quorum.problems("v", roots, options("bob", "", 0))).isEmpty();
    }

    private static RuleOptions options(String trustRoot, String required, int threshold) {
        RuleOptions defaults = RuleOptions.DEFAULTS;
        return new RuleOptions(
                trustRoot,
                defaults.mode(),
                false,
                false,
                threshold,
                words(required),
                List.of(),
                defaults.verificationLevel(),
                defaults.verifyTimestamp());
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
    }

    private static TrustRoots roots() {
        Map<String, TrustRoot> roots = new LinkedHashMap<>();
        for (String name : List.of("alice", "alias", "bob", "charlie")) {
            String key = Zoo.key(name.equals("alias") ? "alice" : name);
            roots.put(name, new TrustRoot.Key(name, PublicKeys.parsePem(key)));
        }
        return new TrustRoots(roots);
    }
}

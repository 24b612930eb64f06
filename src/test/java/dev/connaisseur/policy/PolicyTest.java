package dev.connaisseur.policy;

import static dev.connaisseur.policy.MatchingMode.ANCHORED;
import static dev.connaisseur.policy.MatchingMode.BOTH;
import static dev.connaisseur.policy.MatchingMode.LEGACY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.ConfigDocument;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.image.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
    @Test
    void readsRulesInOrderWithTheirDefaults() {
        Problems problems = new Problems(OnProblem.REFUSE);
        Policy policy = parse(problems, """
                policy:
                - pattern: "*:*"
                  validator: deny
                - pattern: acme/*:*
                  validator: ""
                  with: {trustRoot: "", mode: ""}
                - pattern: reg.io/*
                  with:
                    trustRoot: "*"
                    mode: insecureValidateOnly
                    verifyInTransparencyLog: false
                    verifySCT: false
                    threshold: 2
                    required: [alice, bob]
                    verificationLevel: audit
                    verifyTimestamp: afterCertExpiry
                """);
        assertThat(problems.errors()).isEmpty();
        assertThat(policy.mode()).isEqualTo(BOTH);
        assertThat(policy.rules())
                .containsExactly(
                        new PolicyRule(0, "*:*", "deny", RuleOptions.DEFAULTS, "policy[0]", 2, Optional.empty()),
                        new PolicyRule(
                                1, "acme/*:*", "default", RuleOptions.DEFAULTS, "policy[1]", 4, Optional.empty()),
                        new PolicyRule(
                                2,
                                "reg.io/*",
                                "default",
                                new RuleOptions(
                                        "*",
                                        RuleOptions.Mode.INSECURE_VALIDATE_ONLY,
                                        false,
                                        false,
                                        2,
                                        List.of("alice", "bob"),
                                        List.of(),
                                        RuleOptions.VerificationLevel.AUDIT,
                                        RuleOptions.VerifyTimestamp.AFTER_CERT_EXPIRY),
                                "policy[2]",
                                7,
                                Optional.empty()));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{validator: v} | policy[0].pattern: Pattern is a required field",
                "{pattern: ''} | policy[0].pattern: Pattern is a required field",
                "{pattern: a, validators: v} | policy[0].validators: field validators not found",
                "{pattern: a, with: {key: k}} | policy[0].with.key: field key not found",
                "{pattern: a, with: {mode: mutating}} | policy[0].with.mode: ValidationMode must be one of [mutate insecureValidateOnly audit]",
                "{pattern: a, with: {mode: MUTATE}} | policy[0].with.mode: ValidationMode must be one of [mutate insecureValidateOnly audit]",
                "{pattern: a, with: {threshold: -1}} | policy[0].with.threshold: Threshold must be 0 or greater",
                "{pattern: a, with: {threshold: two}} | policy[0].with.threshold: cannot unmarshal",
                "{pattern: a, with: {required: []}} | policy[0].with.required: Required must contain at least 1 item",
                "{pattern: a, with: {required: [a, '']}} | policy[0].with.required[1]: Required[1] is a required field",
                "{pattern: a, with: {delegations: []}} | policy[0].with.delegations: Delegations must contain at least 1 item",
                "{pattern: a, with: {required: [a], delegations: [b]}} | Required must not be set if Delegations is",
                "{pattern: a, with: {required: [a], delegations: [b]}} | Delegations must not be set if Required is",
                "{pattern: a, with: {verificationLevel: skip}} | VerificationLevel must be one of [strict permissive audit]",
                "{pattern: a, with: {verifyTimestamp: never}} | VerifyTimestamp must be one of [always afterCertExpiry]",
                "{pattern: a, with: {verifySCT: 'no'}} | policy[0].with.verifySCT: cannot unmarshal",
            })
    void saysWhatIsWrong(String rule, String message) {
        Problems problems = new Problems(OnProblem.DENY_RULE);
        parse(problems, "policy:\n- " + rule);
        assertThat(problems.errors())
                .extracting(Problem::toString)
                .anySatisfy(
                        line -> assertThat(line).startsWith("config.yaml:2 ").contains(message));
    }

    /** A bad pattern is refused, or with deny-rule denies every image that it could have meant. */
    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({
        "registry.example/acme/[ab, registry.example/acme/b:1, true",
        "registry.example/acme/[ab, registry.example/other/b:1, false",
        "'registry.example/{a,b', registry.example/b:1, true",
        "'{acme,b/*', acme/b:1, true",
        "'acme/x[/]y[', acme/b:1, true",
    })
    void badPatterns(String pattern, String image, boolean concerned) {
        String yaml = "policy:\n- pattern: '*:*'\n- pattern: '" + pattern + "'\n";
        Problems refusing = new Problems(OnProblem.REFUSE);
        parse(refusing, yaml);
        assertThat(refusing.errors())
                .singleElement()
                .asString()
                .startsWith("config.yaml:3 policy[1].pattern: pattern \"" + pattern + "\" cannot be read: a \"")
                .contains("that is never closed at character ");

        Problems denying = new Problems(OnProblem.DENY_RULE);
        Policy policy = parse(denying, yaml);
        assertThat(denying.errors()).isEmpty();
        assertThat(denying.warnings()).hasSize(1);
        assertThat(policy.rules().getFirst().unusable()).isEmpty();
        assertThat(policy.rules().getLast().unusable())
                .hasValueSatisfying(why -> assertThat(why).startsWith("pattern cannot be read: "));
        assertThat(policy.rulesFor(ImageReference.parse(image)))
                .isInstanceOfSatisfying(
                        Match.One.class, one -> assertThat(one.rule().index()).isEqualTo(concerned ? 1 : 0));
    }

    @ParameterizedTest
    @EnumSource
    void aBadPatternIsWeighedAsWritten(MatchingMode mode) {
        // As long as it is in the file it is the more specific one, so its images are denied.
        assertThat(Rules.winner(mode, "docker.io/acme/app:1", "*:*", "docker.io/acme/*:*", "docker.io/acme/[app"))
                .isEqualTo("docker.io/acme/[app");
        // A rule that is more specific than the broken one goes on.
        assertThat(Rules.winner(
                        mode, "docker.io/acme/app:1", "docker.io/acme/[app", "docker.io/acme/team/app", "*/*/*/*"))
                .isEqualTo("docker.io/acme/[app");
    }

    @Test
    void rulesCanBeMarkedUnusable() {
        Policy policy = Rules.policy(BOTH, "*:*", "reg.io/*");
        Policy marked = policy.withUnusable(
                rule -> rule.validator().equals("v1") ? Optional.of("validator \"v1\" not found") : Optional.empty());
        assertThat(policy.rules())
                .allSatisfy(rule -> assertThat(rule.unusable()).isEmpty());
        assertThat(marked.rulesFor(ImageReference.parse("reg.io/app")))
                .isInstanceOfSatisfying(
                        Match.One.class,
                        one -> assertThat(one.rule().unusable()).contains("validator \"v1\" not found"));
        assertThat(marked.rules().getFirst().unusable()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"é/x", "a b", "docker.io/a+b", "reg.io/x\\*"})
    void namesPatternsThatMatchNothing(String pattern) {
        assertThat(Rules.policy(ANCHORED, pattern).warnings())
                .singleElement()
                .asString()
                .contains("policy[0]: pattern \"" + pattern + "\" can match no image");
    }

    @ParameterizedTest
    @CsvSource({"'{ghcr.io/*,quay.io/*}', 1", "'{ghcr.io,quay.io}/*', 0", "'app{,-dev}', 1"})
    void namesPatternsThatTheOriginalMisread(String pattern, int warnings) {
        assertThat(Rules.policy(ANCHORED, pattern).warnings()).hasSize(warnings);
    }

    @Test
    void modes() {
        assertThat(MatchingMode.of("legacy")).contains(LEGACY);
        assertThat(MatchingMode.of("anchored")).contains(ANCHORED);
        assertThat(MatchingMode.of("both")).contains(BOTH);
        assertThat(MatchingMode.of("Both")).isEmpty();
        assertThat(MatchingMode.of("")).isEmpty();
    }

    /** With ten thousand rules a decision still looks at a handful of them. */
    @ParameterizedTest
    @ValueSource(ints = {10, 100, 1_000, 10_000})
    void theCostIsFlatInTheNumberOfRules(int count) {
        String[] patterns = new String[count];
        for (int i = 0; i < count; i++) {
            patterns[i] = i == 0 ? "*:*" : "registry.example/team-" + i + "/*:*";
        }
        LiteralIndex index = new LiteralIndex(Arrays.stream(patterns)
                .map(pattern -> Pattern.of(pattern).floating().literals())
                .toList());
        for (MatchingMode mode : MatchingMode.values()) {
            Policy policy = Rules.policy(mode, patterns);
            for (int team : new int[] {1, count / 2, count - 1}) {
                String image = "registry.example/team-" + team + "/app:1";
                assertThat(index.candidates(image).cardinality()).isBetween(2, 5);
                assertThat(policy.rulesFor(ImageReference.parse(image)))
                        .isInstanceOfSatisfying(
                                Match.One.class,
                                one -> assertThat(one.rule().index()).isEqualTo(team));
            }
        }
    }

    private static Policy parse(Problems problems, String yaml) {
        byte[] content = yaml.getBytes(StandardCharsets.UTF_8);
        return Policy.parse(
                ConfigDocument.parse("config.yaml", content, problems)
                        .orElseThrow()
                        .sections("policy"),
                BOTH);
    }
}

package dev.connaisseur.policy;

import static dev.connaisseur.policy.MatchingMode.ANCHORED;
import static dev.connaisseur.policy.MatchingMode.BOTH;
import static dev.connaisseur.policy.MatchingMode.LEGACY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.ImageReference;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BothMatchingTest {
    @Test
    void oneRuleWhereTheReadingsAgree() {
        Match match = match("registry.k8s.io/pause:1", "*:*", "registry.k8s.io/*:*");
        assertThat(match)
                .isInstanceOfSatisfying(
                        Match.One.class, one -> assertThat(one.rule().pattern()).isEqualTo("registry.k8s.io/*:*"));
        assertThat(match.warnings()).isEmpty();
    }

    @ParameterizedTest(name = "{0} | {1} | {2} + {3}")
    @CsvSource({
        "registry.example/acme/app:1, *:* acme/*:*, acme/*:*, *:*",
        "evil.com/registry.k8s.io/x:1, *:* registry.k8s.io/*:*, registry.k8s.io/*:*, *:*",
        "my.registry.k8s.io/pause:1, *:* registry.k8s.io/*:*, registry.k8s.io/*:*, *:*",
        "evil.io/bitnami/x:16, *:* bitnami/*:*, bitnami/*:*, *:*",
        "docker.io/test:1, *:* docker.io/*:* docker.io/test:*, docker.io/*:*, docker.io/test:*",
        "DOCKER.IO/library/nginx, *:* docker.io/*, *:*, docker.io/*",
        "registry-1.docker.io:443/evil/x, *:* docker.io/*, *:*, docker.io/*",
        "docker.io/myrepo/myimg:v1, index.docker.io/*/*:* docker.io/myrepo/*:*, index.docker.io/*/*:*, docker.io/myrepo/*:*",
    })
    void bothRulesWhereTheReadingsDiffer(String image, String patterns, String legacy, String anchored) {
        Match match = match(image, patterns.split(" "));
        assertThat(match).isInstanceOfSatisfying(Match.Both.class, both -> {
            assertThat(both.legacy().pattern()).isEqualTo(legacy);
            assertThat(both.anchored().pattern()).isEqualTo(anchored);
            assertThat(both.rules()).containsExactly(both.legacy(), both.anchored());
        });
        assertThat(match.warnings()).singleElement().asString().contains("\"" + legacy + "\"", "\"" + anchored + "\"");
    }

    @ParameterizedTest(name = "{0} | {1}")
    @CsvSource({
        "evil.com/registry.k8s.io/x:1, registry.k8s.io/*:*, legacy",
        "my/redis-clone:1, redis, legacy",
        "docker.io/test:1, docker.io/test:*, anchored",
        "registry-1.docker.io/library/nginx, index.docker.io/library/*, anchored",
    })
    void noRuleWhereOneReadingHasNone(String image, String pattern, String only) {
        Match match = match(image, pattern);
        assertThat(match).isInstanceOf(Match.None.class);
        assertThat(match.warnings())
                .containsExactly("pattern \"" + pattern + "\" matches only in " + only + " matching");
    }

    @Test
    void noRuleWhereNeitherReadingHasOne() {
        assertThat(match("reg.io/app", "acme/*")).isEqualTo(new Match.None(List.of()));
    }

    @Test
    void twoRulesOfTheSamePatternAreOneTie() {
        Match match = match("reg.io/app", "reg.io/*", "reg.io/*");
        assertThat(match)
                .isInstanceOfSatisfying(
                        Match.One.class, one -> assertThat(one.rule().index()).isEqualTo(1));
        assertThat(match.warnings()).hasSize(1);
    }

    @Test
    void namesPatternsWhoseReachDiffersAtStart() {
        Policy policy = Rules.policy(BOTH, "*:*", "registry.k8s.io/*:*", "docker.io/test:*", "*/*", "**", "*@sha256:*");
        assertThat(policy.warnings()).hasSize(2);
        assertThat(policy.warnings().getFirst())
                .startsWith("policy[1]: pattern \"registry.k8s.io/*:*\" reaches \"evil.example/registry.k8s.io/x:x\""
                        + " only in legacy matching");
        assertThat(policy.warnings().getLast())
                .startsWith("policy[2]: pattern \"docker.io/test:*\" reaches ")
                .contains("only in legacy matching and \"docker.io/test:x\" only in anchored matching");
        assertThat(Rules.policy(ANCHORED, "registry.k8s.io/*:*").warnings()).isEmpty();
        assertThat(Rules.policy(LEGACY, "registry.k8s.io/*:*").warnings()).hasSize(1);
    }

    @Test
    void theNamesAtStartAreBounded() {
        String[] patterns = new String[250];
        for (int i = 0; i < patterns.length; i++) {
            patterns[i] = "reg.io/team" + i + "/*";
        }
        assertThat(Rules.policy(BOTH, patterns).warnings())
                .hasSize(101)
                .last()
                .isEqualTo("150 further patterns are not compared");
    }

    @Test
    void namesPatternsThatStandTwice() {
        assertThat(Rules.policy(ANCHORED, "*:*", "a/*", "*:*").warnings())
                .containsExactly(
                        "policy[2]: identical rules: pattern \"*:*\" also stands in policy[0]; the later one is used");
    }

    private static Match match(String image, String... patterns) {
        return Rules.policy(BOTH, patterns).rulesFor(ImageReference.parse(image));
    }
}

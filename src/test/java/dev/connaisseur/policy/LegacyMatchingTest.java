package dev.connaisseur.policy;

import static dev.connaisseur.policy.MatchingMode.LEGACY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.connaisseur.image.ImageReference;
import dev.connaisseur.image.InvalidReferenceException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Connaisseur 3 chooses, as seen by running it: worked examples of rule selection and of the bare comparison. */
class LegacyMatchingTest {
    private static final String H = "@sha256:91ac9b26df583762234c1cdb2fc930364754ccc59bc752a2bfe298d2ea68f9ff";
    private static final String REDIS = "@sha256:83edc2b8e9ffb1781a67bdab260a94674f802881838e20bba0f9a69d8cb40d70";

    private static final String SAMPLE = "*:* securesystemsengineering/*:co* docker.io/*:* registry.k8s.io/*:*"
            + " docker.io/securesystemsengineering/sample docker.io/securesystemsengineering/sample:v1"
            + " docker.io/library/allow-me docker.io/library/deny-me my.registry/* my.registry/test docker.io/test:*";
    private static final String SHIPPED =
            "*:* docker.io/library/redis" + REDIS + " docker.io/securesystemsengineering/*:* registry.k8s.io/*:*";
    private static final String IMAGE = "securesystemsengineering/testimage";
    private static final String NOTATION =
            IMAGE + ":notation-* " + IMAGE + ":notation-no-tsa " + IMAGE + ":notation-no-tsa-not-required";
    private static final String DOCUMENTED = "*:* docker.io/myrepo/*:* docker.io/myrepo/myimg:*";

    /** Image, patterns, winner. */
    private static final List<List<String>> EXAMPLES = List.of(
            List.of("image:tag", SAMPLE, "docker.io/*:*"),
            List.of("registry.io/image:tag", SAMPLE, "*:*"),
            List.of("registry.k8s.io/image", SAMPLE, "registry.k8s.io/*:*"),
            List.of(
                    "docker.io/securesystemsengineering/sample:v1",
                    SAMPLE,
                    "docker.io/securesystemsengineering/sample:v1"),
            List.of(
                    "docker.io/securesystemsengineering/sample:v2",
                    SAMPLE,
                    "docker.io/securesystemsengineering/sample"),
            List.of(
                    "docker.io/securesystemsengineering/sample-other:v1",
                    SAMPLE,
                    "docker.io/securesystemsengineering/sample"),
            List.of("my.registry/test:tag", SAMPLE, "my.registry/test"),
            List.of("my.registry/abc:tag", SAMPLE, "my.registry/*"),
            List.of("my.registry/testing:1", SAMPLE, "my.registry/test"),
            List.of("not-my.registry/abc:tag", SAMPLE, "my.registry/*"),
            List.of("docker.io/test:tag", SAMPLE, "docker.io/*:*"),
            List.of("securesystemsengineering/foo:co-1", SAMPLE, "securesystemsengineering/*:co*"),
            List.of(
                    "docker.io/securesystemsengineering/sample:co",
                    SAMPLE,
                    "docker.io/securesystemsengineering/sample"),
            List.of("allow-me", SAMPLE, "docker.io/library/allow-me"),
            List.of("deny-me:1", SAMPLE, "docker.io/library/deny-me"),
            List.of("nginx", SHIPPED, "*:*"),
            List.of("redis" + REDIS, SHIPPED, "docker.io/library/redis" + REDIS),
            List.of("redis:7" + REDIS, SHIPPED, "*:*"),
            List.of(IMAGE + ":signed", SHIPPED, "docker.io/securesystemsengineering/*:*"),
            List.of(IMAGE + H, SHIPPED, "docker.io/securesystemsengineering/*:*"),
            List.of(
                    "evil.io/docker.io/securesystemsengineering/x:1",
                    SHIPPED,
                    "docker.io/securesystemsengineering/*:*"),
            List.of(IMAGE + ":co-signed", IMAGE + ":* " + IMAGE + ":co-*", IMAGE + ":co-*"),
            List.of(
                    IMAGE + ":keyless-multi-cosigned",
                    "*:* " + IMAGE + ":keyless-* " + IMAGE + ":keyless-multi-*",
                    IMAGE + ":keyless-multi-*"),
            List.of(IMAGE + ":notation-no-tsa", NOTATION, IMAGE + ":notation-no-tsa"),
            List.of(IMAGE + ":notation-no-tsa-not-required", NOTATION, IMAGE + ":notation-no-tsa-not-required"),
            List.of("redis", "*:* redis", "redis"),
            List.of("my/redis-clone:1", "*:* redis", "redis"),
            List.of("redislabs/foo:1", "*:* redis", "redis"),
            List.of("docker.io/myrepo/myimg:v1", DOCUMENTED, "docker.io/myrepo/myimg:*"),
            List.of("docker.io/myrepo/superimg:v1", DOCUMENTED, "docker.io/myrepo/*:*"),
            List.of("docker.io/superrepo/myimg:v1", DOCUMENTED, "*:*"),
            List.of("docker.io/myrepo/myimg:v1", "docker.io/myrepo/*:* index.docker.io/*/*:*", "index.docker.io/*/*:*"),
            List.of("docker.io/myrepo/myimg:v1", "index.docker.io/*:* docker.io/myrepo*:*", "index.docker.io/*:*"),
            List.of("reg.io/a/img:1", "reg.io/*/img:1 reg.io/a/*", "reg.io/a/*"),
            List.of("reg.io/aa:1", "reg.io/a?:1 reg.io/a*:1", "reg.io/a*:1"),
            List.of("reg.io/aa:1", "reg.io/*:1 reg.io/*:*", "reg.io/*:*"),
            List.of("reg.io/aa:1", "reg.io/a*:1 reg.io/aa*", "reg.io/aa*"),
            List.of("reg.io/aa:1", "reg.io/{aa,bb}:1 reg.io/a*", "reg.io/a*"),
            List.of("reg.io/aa:1", "** *", "**"),
            List.of("a/b/c/d:1", "a/*:* a/b/*:* */*/*/*/*", "*/*/*/*/*"),
            List.of("nginx:1" + H, "*@sha256:* *:*", "*@sha256:*"),
            List.of("bitnami/postgresql:16", "*:* bitnami/*:*", "bitnami/*:*"));

    @TestFactory
    Stream<DynamicTest> choosesAsTheOriginal() {
        assertThat(EXAMPLES).hasSize(42); // the 40 of the table that name an image, one of them three images
        return EXAMPLES.stream()
                .map(example -> dynamicTest(
                        example.getFirst() + " -> " + example.getLast(),
                        () -> assertThat(Rules.winner(
                                        LEGACY, example.get(0), example.get(1).split(" ")))
                                .isEqualTo(example.get(2))));
    }

    /** The last worked example is an empty name, which no rule matches: it is no reference in the first place. */
    @Test
    void anEmptyNameHasNoRule() {
        assertThatThrownBy(() -> ImageReference.parse("")).isInstanceOf(InvalidReferenceException.class);
        assertThat(Arrays.stream(SAMPLE.split(" ")).map(Pattern::of))
                .noneMatch(pattern ->
                        pattern.floating().matches(new MatchName("", "", Optional.empty(), Optional.empty(), "")));
    }

    @ParameterizedTest(name = "{0}: {1} against {2}")
    @CsvSource({
        "C1, '', *, -1",
        "C2, *:*, */*, -1",
        "C3, docker*/*, */*/*, -1",
        "C4, *, *:*, -1",
        "C5, */*, docker*/*, -1",
        "C6, */*/image:v1, */sam*/*, -1",
        "C7, docker.i*/s*, docker.io/*, -1",
        "C8, *:test, */*, -1",
        "C9, securesystemsengineering/sample:*, securesystemsengineering/sample:v*, -1",
        "C10, *, *, 0",
        "C11, *, '', 1",
    })
    void comparesAsTheOriginal(String id, String left, String right, int order) {
        String image = "docker.io/securesystemsengineering/sample:v1";
        assertThat(Integer.signum(Specificity.of(left, image).compareTo(Specificity.of(right, image))))
                .as(id)
                .isEqualTo(order);
    }
}

package dev.connaisseur.policy;

import static dev.connaisseur.policy.MatchingMode.ANCHORED;
import static dev.connaisseur.policy.MatchingMode.BOTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.image.InvalidReferenceException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts of a user to name an image so that another rule governs it than the one that was meant. */
class ReferenceConfusionTest {
    private static final Digest DIGEST = Digest.of("an image".getBytes(StandardCharsets.UTF_8));

    /** Every spelling of Docker Hub meets the deny, whatever else is allowed under another spelling. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil/x", "docker.io/evil/x", "index.docker.io/evil/x", "registry-1.docker.io/evil/x",
                "DOCKER.IO/evil/x", "Registry-1.Docker.io/evil/x", "docker.io:443/evil/x",
                        "registry-1.docker.io:443/evil/x",
            })
    void aliasesOfDockerHub(String image) {
        for (String denied : List.of("docker.io/*", "index.docker.io/*:*", "registry-1.docker.io/*", "evil/*:*")) {
            for (MatchingMode mode : List.of(ANCHORED, BOTH)) {
                assertThat(governing(mode, image, "*:*", "registry-1.docker.io/library/*", denied))
                        .as("%s, %s", mode, denied)
                        .contains(denied);
            }
        }
    }

    /** The tag never stands for the digest: both are kept, and what is pinned is the digest. */
    @Test
    void tagAndDigest() {
        ImageReference image = ImageReference.parse("acme.io/app:good@" + DIGEST);
        assertThat(image.digest()).contains(DIGEST);
        assertThat(image.tag()).contains("good");
        assertThat(governing(BOTH, image.original(), "*:*", "acme.io/app:good", "acme.io/app@" + DIGEST))
                .containsExactly("acme.io/app:good");
        Digest other = Digest.of("another image".getBytes(StandardCharsets.UTF_8));
        assertThat(governing(ANCHORED, "acme.io/app:good@" + other, "*:*", "acme.io/app@" + DIGEST))
                .containsExactly("*:*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nginx@sha256:", "nginx@sha256:0", "nginx@sha256:../../../etc/passwd",
                        "nginx@md5:d41d8cd98f00b204e9800998ecf8427e",
                "nginx@sha384:00", "nginx@sha512:00", "nginx@sha256-00", "nginx@",
            })
    void digests(String image) {
        refused(image);
        refused(image + "0".repeat(64).toUpperCase(Locale.ROOT).replace('0', 'A'));
        refused(image + "/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "d\u043ecker.io/x", // Cyrillic o
                "docker\uff0eio/x", // full-width dot
                "docker.io\u2044x/x", // fraction slash
                "docker.io\u2215x/x", // division slash
                "docker.io\u200b/x", // zero-width space
                "docker.io./x", // the root's dot
                "[fe80::1%25eth0]/x",
                "[::1%eth0]/x",
                "docker.io:0/x",
                "docker.io:99999/x",
                "docker.io:0443/x",
                "docker.io:/x",
            })
    void confusableHosts(String image) {
        refused(image);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker.io/*/x", "nginx*", "docker.io/?/x", "docker.io/[a]/x", "{a,b}", "acme/x:*", "a\\b"})
    void aPatternIsNoImage(String image) {
        refused(image);
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io/evil/securesystemsengineering/x, docker.io/securesystemsengineering/*:*",
        "evil.io/docker.io/securesystemsengineering/x, docker.io/securesystemsengineering/*:*",
        "docker.io/securesystemsengineering-evil/x, docker.io/securesystemsengineering/*:*",
        "docker.io.evil.io/securesystemsengineering/x, docker.io/securesystemsengineering/*:*",
        "localhost/securesystemsengineering/x, securesystemsengineering/*:*",
        "registry.internal:443/x, registry.internal/*", // equal hosts with and without port are different registries
        "registry.internal/x, registry.internal:443/*",
    })
    void lookAlikesMeetTheDefaultToo(String image, String allowed) {
        assertThat(governing(ANCHORED, image, "*:*", allowed)).containsExactly("*:*");
        assertThat(governing(BOTH, image, "*:*", allowed)).contains("*:*");
        assertThat(governing(BOTH, image, allowed)).isEmpty();
    }

    /** The same file in the same order gives the same answer, and an equal weight is said. */
    @Test
    void equalWeight() {
        Policy policy = Rules.policy(BOTH, "reg.io/?a:*", "reg.io/a?:*");
        for (int i = 0; i < 100; i++) {
            Match match = policy.rulesFor(ImageReference.parse("reg.io/aa:1"));
            assertThat(match).isInstanceOf(Match.One.class);
        }
        policy = Rules.policy(BOTH, "reg.io/a?:*", "reg.io/a[a]", "reg.io/aa", "reg.io/a?:1", "reg.io/a*:1");
        assertThat(policy.rulesFor(ImageReference.parse("reg.io/aa:1")).warnings())
                .isEmpty();
        policy = Rules.policy(BOTH, "reg.io/a?:1", "reg.io/a*:1");
        assertThat(policy.rulesFor(ImageReference.parse("reg.io/aa:1")).warnings())
                .containsExactly("identical rules: \"reg.io/a*:1\", \"reg.io/a?:1\": the later one is used");
    }

    private static List<String> governing(MatchingMode mode, String image, String... patterns) {
        return switch (Rules.policy(mode, patterns).rulesFor(ImageReference.parse(image))) {
            case Match.None none -> List.of();
            case Match.One one -> List.of(one.rule().pattern());
            case Match.Both both ->
                both.rules().stream().map(PolicyRule::pattern).toList();
        };
    }

    private static void refused(String image) {
        assertThatThrownBy(() -> ImageReference.parse(image)).isInstanceOf(InvalidReferenceException.class);
    }
}

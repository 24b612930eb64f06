package dev.connaisseur.policy;

import static dev.connaisseur.policy.MatchingMode.ANCHORED;
import static dev.connaisseur.policy.MatchingMode.BOTH;
import static dev.connaisseur.policy.MatchingMode.LEGACY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.connaisseur.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random pairs of image and pattern, decided by this test's own small matcher and by ours. */
class MatchingPropertyTest {
    private static final String[] REGISTRIES = {
        "",
        "",
        "docker.io/",
        "index.docker.io/",
        "registry-1.docker.io/",
        "DOCKER.io/",
        "reg.io/",
        "my.reg.io/",
        "reg.io:443/",
        "localhost/"
    };
    private static final String[] PATTERN_REGISTRIES = {
        "",
        "",
        "docker.io/",
        "index.docker.io/",
        "reg.io/",
        "reg.io:443/",
        "*/",
        "*.io/",
        "r?g.io/",
        "[rm]*.io/",
        "localhost/",
        "re{g,h}.io/",
        "**/",
        "Reg.io/"
    };
    private static final String[] PARTS = {"a", "ab", "library", "nginx", "reg.io", "x-y"};
    private static final String[] PATTERN_PARTS = {
        "a",
        "ab",
        "library",
        "nginx",
        "*",
        "a*",
        "*b",
        "?",
        "[ab]",
        "[!x]*",
        "[a-c]?",
        "{a,nginx}",
        "**",
        "reg.io",
        "\\x-y"
    };
    private static final String[] ENDS = {"", "", ":1", ":v1.2", ":latest", "@sha256:", ":1@sha256:"};
    private static final String[] PATTERN_ENDS = {
        "", "", ":*", ":*", ":1", ":v*", ":?", ":latest", "@*", "@sha256:*", ":1@sha256:*", "{:1,@*}", ":"
    };
    private static final String[] WHOLE = {"*", "**", "*:*", "*:1", "*@sha256:*", "*/*", "*/*:*"};

    private final Random random = new Random(20_260_101);

    @Test
    void aHundredThousandPairs() {
        Integer[] matched = {0, 0, 0};
        for (int i = 0; i < 100_000; i++) {
            String pattern = pattern();
            ImageReference image = ImageReference.parse(image());
            boolean floating = SmallMatcher.floating(pattern, image);
            boolean whole = SmallMatcher.anchored(pattern, image);
            Pattern ours = Pattern.of(pattern);
            if (ours.fault().isPresent()
                    || ours.matches(image, LEGACY) != floating
                    || ours.matches(image, ANCHORED) != whole) {
                fail("%s | %s should be %s legacy, %s anchored", pattern, image.original(), floating, whole);
            }
            matched[0] += floating ? 1 : 0;
            matched[1] += whole ? 1 : 0;
            matched[2] += floating != whole ? 1 : 0;
        }
        assertThat(matched).allMatch(count -> count > 3_000); // the pairs are worth something
    }

    @Test
    void tenThousandPolicies() {
        Integer[] outcomes = {0, 0, 0};
        for (int i = 0; i < 10_000; i++) {
            List<String> patterns = new ArrayList<>();
            for (int n = 1 + random.nextInt(12); n > 0; n--) {
                patterns.add(pattern());
            }
            ImageReference image = ImageReference.parse(image());
            int floating = SmallMatcher.winner(patterns, image, false);
            int whole = SmallMatcher.winner(patterns, image, true);
            assertThat(winner(LEGACY, patterns, image))
                    .as("%s | %s", patterns, image.original())
                    .isEqualTo(floating);
            assertThat(winner(ANCHORED, patterns, image))
                    .as("%s | %s", patterns, image.original())
                    .isEqualTo(whole);
            Match both = Rules.policy(BOTH, patterns.toArray(String[]::new)).rulesFor(image);
            switch (both) {
                case Match.None none -> {
                    outcomes[0]++;
                    assertThat(floating < 0 || whole < 0).isTrue();
                }
                case Match.One one -> {
                    outcomes[1]++;
                    assertThat(List.of(floating, whole)).containsOnly(one.rule().index());
                }
                case Match.Both two -> {
                    outcomes[2]++;
                    assertThat(List.of(two.legacy().index(), two.anchored().index()))
                            .containsExactly(floating, whole);
                    assertThat(floating).isNotEqualTo(whole);
                    assertThat(both.warnings()).isNotEmpty();
                }
            }
        }
        assertThat(outcomes).allMatch(count -> count > 500);
    }

    private static int winner(MatchingMode mode, List<String> patterns, ImageReference image) {
        Match match = Rules.policy(mode, patterns.toArray(String[]::new)).rulesFor(image);
        return match instanceof Match.One one ? one.rule().index() : -1;
    }

    private String image() {
        StringBuilder image = new StringBuilder(any(REGISTRIES)).append(any(PARTS));
        for (int n = random.nextInt(3); n > 0; n--) {
            image.append('/').append(any(PARTS));
        }
        String end = any(ENDS);
        return image + end + (end.endsWith("sha256:") ? "0123456789abcdef".repeat(4) : "");
    }

    private String pattern() {
        if (random.nextInt(20) == 0) {
            return any(WHOLE);
        }
        StringBuilder pattern = new StringBuilder(any(PATTERN_REGISTRIES)).append(any(PATTERN_PARTS));
        for (int n = random.nextInt(3); n > 0; n--) {
            pattern.append(random.nextInt(8) == 0 ? "" : "/").append(any(PATTERN_PARTS));
        }
        return pattern + any(PATTERN_ENDS);
    }

    private String any(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}

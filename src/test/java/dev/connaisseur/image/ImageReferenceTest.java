package dev.connaisseur.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String H = "91ac9b26df583762234c1cdb2fc930364754ccc59bc752a2bfe298d2ea68f9ff";

    @ParameterizedTest
    @CsvSource({
        "nginx, index.docker.io/library/nginx:latest",
        "test-image:1.0.0, index.docker.io/library/test-image:1.0.0",
        "docker.io/nginx, index.docker.io/library/nginx:latest",
        "index.docker.io/nginx, index.docker.io/library/nginx:latest",
        "a/b, index.docker.io/a/b:latest",
        "path/to/repo/image:tag, index.docker.io/path/to/repo/image:tag",
        "registry.io/path/to/repo/image:tag, registry.io/path/to/repo/image:tag",
        "registry.io:8080/path/to/repo/image:tag, registry.io:8080/path/to/repo/image:tag",
        "reg.io:5000/ab/cd:t@sha256:" + H + ", reg.io:5000/ab/cd:t@sha256:" + H,
        "test-image@sha256:" + H + ", index.docker.io/library/test-image@sha256:" + H,
        "test-image:latest@sha256:" + H + ", index.docker.io/library/test-image:latest@sha256:" + H,
        "my.reg/allow-me@sha256:" + H + ", my.reg/allow-me@sha256:" + H,
        "localhost:5000/test-image:latest, localhost:5000/test-image:latest",
        "reg.io, index.docker.io/library/reg.io:latest",
        "reg.io:5000, index.docker.io/library/reg.io:5000",
        "registry-1.docker.io/library/nginx, registry-1.docker.io/library/nginx:latest",
        "library:t@sha256:" + H + ", index.docker.io/library/library:t@sha256:" + H,
        "UPPER.io/ab, UPPER.io/ab:latest",
        "[::1]:5000/xy:1, [::1]:5000/xy:1",
        "my_image__x:Tag-1.0, index.docker.io/library/my_image__x:Tag-1.0",
        // where the distribution grammar reads more, or otherwise, than the original's parser
        "localhost/test-image:latest, localhost/test-image:latest",
        "x, index.docker.io/library/x:latest",
        "reg.io/a, reg.io/a:latest",
        "localhost:5000/x, localhost:5000/x:latest",
    })
    void normalises(String original, String name) {
        assertThat(ImageReference.parse(original).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Nginx",
                "reg.io/Foo",
                "nginx:",
                "invalid,image",
                "asd\"fgh",
                " nginx",
                "nginx@sha512:abcd",
                "a@sha256:123",
                "nginx@sha256:" + H + "@sha256:" + H,
                "foo//bar",
                "http://reg.io/ab",
                "registry:080/foo", // port 80 has one spelling, or a rule for it could be evaded
                "registry:65536/foo",
                "registry:+80/foo",
                "[::1/foo",
                "[]/foo",
                "[::1]x/foo",
                "[::1]:x/foo",
                "a-.example/foo",
                "example.com/-foo",
                "example.com/foo-",
                "example.com/foo..bar",
                "example.com/foo._bar",
                "example.com/foo-_bar",
                "example.com/foo_-bar",
                "example.com/foo.-bar",
            })
    void refuses(String original) {
        assertThatThrownBy(() -> ImageReference.parse(original))
                .isInstanceOf(InvalidReferenceException.class)
                .hasMessageStartingWith("invalid image reference");
    }

    @ParameterizedTest
    @CsvSource({
        "nginx:, its tag is not",
        "reg.io/Foo, its repository is not made of lower-case",
        "registry:0/foo, with a port from 1 to 65535",
        "nginx@sha512:abcd, its digest is not \"sha256:\" with 64",
        H + ", 64 hex digits are an identifier",
    })
    void saysWhatIsWrong(String original, String why) {
        assertThatThrownBy(() -> ImageReference.parse(original))
                .hasMessageContaining(original)
                .hasMessageContaining(why);
    }

    @Test
    void quotesHostileTextHarmlessly() {
        assertThatThrownBy(() -> ImageReference.parse("nginx\"\r\n{\"level\":\u202e" + "x".repeat(1_000)))
                .message()
                .startsWith("invalid image reference \"nginx\\u0022\\u000d\\u000a{\\u0022level\\u0022:\\u202e")
                .hasSizeLessThan(400);
    }

    @ParameterizedTest
    @ValueSource(ints = {255, 256})
    void boundsTheHost(int length) {
        String host = "a.".repeat(length / 2) + (length % 2 == 0 ? "aa" : "a");
        String longest = host.substring(host.length() - length);
        if (length <= 255) {
            assertThat(ImageReference.parse(longest + ":65535/foo").registry()).isEqualTo(longest + ":65535");
        } else {
            assertThatThrownBy(() -> ImageReference.parse(longest + "/foo"))
                    .isInstanceOf(InvalidReferenceException.class);
        }
    }

    /** Megabytes that a backtracking grammar would chew on for ever. */
    @ParameterizedTest
    @MethodSource("pathological")
    void takesLinearTime(String original) {
        assertThatThrownBy(() -> ImageReference.parse(original)).isInstanceOf(InvalidReferenceException.class);
    }

    static String[] pathological() {
        int n = 1_000_000;
        return new String[] {
            "a".repeat(n) + "!",
            "a-".repeat(n) + "!",
            "a_".repeat(n),
            "a/".repeat(n),
            "a.".repeat(n) + "/a",
            "-".repeat(n),
            "[" + ":".repeat(n) + "/a",
            "a:" + "a".repeat(n),
            "a@sha256:" + "a".repeat(n),
            "@".repeat(n),
            ":".repeat(n),
            "a.example:" + "9".repeat(n) + "/a",
        };
    }

    @Test
    void pinsToTheVerifiedDigestAndKeepsTheTag() {
        Digest verified = Digest.of("x".getBytes(StandardCharsets.UTF_8));
        ImageReference image = ImageReference.parse("docker.io/acme/app:v1@sha256:" + H);
        assertThat(image.pinnedTo(verified).name()).isEqualTo("index.docker.io/acme/app:v1@" + verified);
        assertThat(image.pinnedTo(verified).original()).isEqualTo(image.original());
        assertThat(ImageReference.parse(image.pinnedTo(verified).name()).digest())
                .contains(verified);
    }

    @Test
    void cannotBeMadeWrong() {
        assertThatThrownBy(() -> new ImageReference("x", "", "x", Optional.of("1"), Optional.empty()))
                .isInstanceOf(InvalidReferenceException.class);
        assertThatThrownBy(() -> new ImageReference("x", "docker.io", "library/x", Optional.of("1"), Optional.empty()))
                .isInstanceOf(InvalidReferenceException.class);
        assertThatThrownBy(() -> new ImageReference("x", "reg.io", "../x", Optional.of("1"), Optional.empty()))
                .isInstanceOf(InvalidReferenceException.class);
        assertThatThrownBy(() -> new ImageReference("x", "reg.io", "x", Optional.of("a/b"), Optional.empty()))
                .isInstanceOf(InvalidReferenceException.class);
        assertThatThrownBy(() -> new ImageReference("x", "reg.io", "x", Optional.empty(), Optional.empty()))
                .isInstanceOf(InvalidReferenceException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256:",
                H,
                "sha256:123",
                "SHA256:" + H,
                "sha512:" + H + H,
                "sha256:" + H + "0",
                "sha256:" + H + "\n",
                "sha256:../../../../../../../../../../../../../../../../../etc/passwd.......",
            })
    void digestsAreSha256Only(String text) {
        assertThat(Digest.parse(text)).isEmpty();
        assertThat(Digest.parse("sha256:" + H)).map(Digest::toString).contains("sha256:" + H);
    }
}

package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.connaisseur.image.Digest;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.sigstore.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SignaturePayloadTest {
    private static final String A = "sha256:" + "a".repeat(64);
    private static final String B = "sha256:" + "b".repeat(64);
    private static final String GOOD = "{\"critical\":{\"identity\":{\"docker-reference\":\"registry.example/app\"},"
            + "\"image\":{\"docker-manifest-digest\":\"" + A + "\"},\"type\":\"cosign container image signature\"},"
            + "\"optional\":{\"env\":\"prod\",\"n\":1}}";

    @Test
    void readsWhatCosignWrites() {
        assertThat(parse(GOOD))
                .isEqualTo(new SignaturePayload(
                        Digest.parse(A).orElseThrow(), "registry.example/app", Map.of("env", "prod")));
        assertThat(parse(GOOD.replace("{\"env\":\"prod\",\"n\":1}", "null")).annotations())
                .isEmpty();
        assertThat(parse(GOOD.replace(",\"optional\":{\"env\":\"prod\",\"n\":1}", ""))
                        .annotations())
                .isEmpty();
    }

    static Stream<Arguments> malformed() {
        String digest = "\"docker-manifest-digest\":\"" + A + "\"";
        return Stream.of(
                Arguments.of(
                        "the digest twice", GOOD.replace(digest, digest + ",\"docker-manifest-digest\":\"" + B + "\"")),
                Arguments.of(
                        "the digest twice in other case",
                        GOOD.replace(digest, digest + ",\"Docker-Manifest-Digest\":\"" + B + "\"")),
                Arguments.of("only in other case", GOOD.replace("docker-manifest", "Docker-Manifest")),
                Arguments.of("another critical", GOOD.replace("{\"critical\"", "{\"Critical\":{},\"critical\"")),
                Arguments.of("critical twice", GOOD.replace("{\"critical\"", "{\"critical\":{},\"critical\"")),
                Arguments.of("an unknown critical member", GOOD.replace("\"type\"", "\"more\":1,\"type\"")),
                Arguments.of("another type", GOOD.replace("cosign container", "atomic container")),
                Arguments.of("no type", GOOD.replace(",\"type\":\"cosign container image signature\"", "")),
                Arguments.of("no digest", GOOD.replace(digest, "")),
                Arguments.of("a digest of another algorithm", GOOD.replace("sha256:", "sha512:")),
                Arguments.of("an upper-case digest", GOOD.replace("aaaa", "AAAA")),
                Arguments.of("a digest list", GOOD.replace("\"" + A + "\"", "[\"" + A + "\"]")),
                Arguments.of(
                        "no identity",
                        GOOD.replace("\"identity\":{\"docker-reference\":\"registry.example/app\"},", "")),
                Arguments.of("bytes after it", GOOD + "x"),
                Arguments.of("a second value", GOOD + GOOD),
                Arguments.of("a byte order mark", "\ufeff" + GOOD),
                Arguments.of("depth", GOOD.replace("\"n\":1", "\"n\":" + "[".repeat(10_000) + "]".repeat(10_000))),
                Arguments.of("size", GOOD.replace("prod", "p".repeat(SignaturePayload.LARGEST))),
                Arguments.of("optional as a list", GOOD.replace("{\"env\":\"prod\",\"n\":1}", "[]")),
                Arguments.of("an array", "[" + GOOD + "]"),
                Arguments.of("nothing", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void malformed(String what, String payload) {
        assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> parse(payload));
    }

    private static SignaturePayload parse(String payload) {
        return SignaturePayload.parse(Bytes.of(payload.getBytes(StandardCharsets.UTF_8)));
    }
}

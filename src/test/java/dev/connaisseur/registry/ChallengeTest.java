package dev.connaisseur.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChallengeTest {

    static Stream<Arguments> headers() {
        return Stream.of(
                Arguments.of(
                        "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:a/b:pull\"",
                        "bearer{realm=https://auth.docker.io/token, scope=repository:a/b:pull, service=registry.docker.io}"),
                Arguments.of(
                        "Bearer scope=\"repository:a:pull,push\", realm=\"https://x/t?y=1,2\"",
                        "bearer{realm=https://x/t?y=1,2, scope=repository:a:pull,push}"),
                Arguments.of("bearer Realm=https://x/t", "bearer{realm=https://x/t}"),
                Arguments.of("Basic realm=\"a \\\"quoted\\\" realm\"", "basic{realm=a \"quoted\" realm}"),
                Arguments.of("Basic", "basic{}"),
                Arguments.of(
                        "Basic realm=\"x\", Bearer realm=\"https://y\" , service = \"s\"",
                        "basic{realm=x} bearer{realm=https://y, service=s}"),
                Arguments.of("Negotiate, Basic realm=x", "negotiate{} basic{realm=x}"),
                Arguments.of("Negotiate YWJj==", "negotiate{ywjj=}"),
                Arguments.of(" , ,Basic realm=\"\"", "basic{realm=}"),
                Arguments.of("Bearer realm=\"https://x\",realm=\"https://evil\"", "bearer{}"),
                Arguments.of("Bearer realm=\"https://x", "bearer{}"),
                Arguments.of("realm=\"https://x\"", "realm{}"),
                Arguments.of("=,=,=", ""),
                Arguments.of("", ""),
                Arguments.of("Bearer realm=\"" + "x".repeat(10_000) + "\"", ""));
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @MethodSource("headers")
    void reads(String header, String expected) {
        assertThat(text(Challenge.parse(List.of(header)))).isEqualTo(expected);
    }

    @Test
    void readsAllLines() {
        assertThat(text(Challenge.parse(List.of("Basic realm=a", "", "Bearer realm=b"))))
                .isEqualTo("basic{realm=a} bearer{realm=b}");
    }

    private static String text(List<Challenge> challenges) {
        return challenges.stream()
                .map(challenge -> challenge.scheme() + challenge.parameters())
                .collect(Collectors.joining(" "));
    }
}

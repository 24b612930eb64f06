package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.TestProxy;
import dev.connaisseur.validator.Reason;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows 1, 2, 4, 5, 6, 7 and 67: texts in place of an image. A proxy stands before the whole world and notes every host that is
 * asked for, so that it shows who would have been looked up.
 */
@Timeout(120)
class ReferenceRowsTest {
    private static final Duration AMPLE = Duration.ofSeconds(25);
    private static final Path VECTORS = Path.of(
            Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"),
            "own-reference-differential/reference_vectors.json");
    private static final String HEX = "a".repeat(64);

    private static final String RULES = """
            validators:
            - {name: allow, type: static, approve: true}
            - {name: deny, type: static, approve: false}
            policy:
            """;

    @RegisterExtension
    static final CoreProcess CORE = new CoreProcess();

    @TempDir
    Path directory;

    private final Stage stage = new Stage();
    private final TestProxy proxy = TestProxy.open(1, Optional.of("nobody has this"));

    @BeforeEach
    void fresh() {
        assertThat(proxy.log()).isEmpty();
    }

    @AfterEach
    void close() throws IOException {
        stage.close();
        proxy.close();
    }

    private Trial trial() {
        return stage.trial(CORE, directory, "HTTPS_PROXY", "http://127.0.0.1:" + proxy.port());
    }

    private List<String> asked() {
        return proxy.log().stream()
                .map(line -> line.split(" ", 3)[1])
                .distinct()
                .toList();
    }

    // ---- 1 ----

    @Row(1)
    @ParameterizedTest
    @ValueSource(strings = {"containers", "initContainers", "ephemeralContainers"})
    void textsThatAreNoReferenceReachNobody(String list) throws IOException {
        assumeTrue(Files.isReadable(VECTORS), "own-reference-differential is not there");
        int refused = 0;
        try (Trial trial = trial()) {
            for (JsonObject vector : vectors()) {
                String input = vector.getString("input");
                if (!vector.getJsonObject("distribution_reference").containsKey("error")) {
                    continue;
                }
                refused++;
                Trial.Answer answer = trial.send(
                                AMPLE,
                                Reviews.create("Pod", "uid", Map.of(list, List.of(input)))
                                        .toString())
                        .join();
                assertThat(answer.allowed()).as(input).isFalse();
                assertThat(answer.reasons()).as(input).containsExactly(Reason.INVALID_REFERENCE);
                assertThat(answer.message()).as(input).matches("[ -~…]+").hasSizeLessThan(1000);
            }
            assertThat(trial.ask(AMPLE, stage.twin()).allowed()).isTrue();
        }
        assertThat(refused).isGreaterThan(90);
        assertThat(asked()).isEmpty();
    }

    /** The twin: references reach the host that distribution reads in them, and no other. */
    @Row(1)
    @Test
    void referencesReachTheirRegistry() throws IOException {
        assumeTrue(Files.isReadable(VECTORS), "own-reference-differential is not there");
        int reached = 0;
        for (JsonObject vector : vectors()) {
            JsonObject expected = vector.getJsonObject("distribution_reference");
            String registry = expected.getString("registry", "");
            if (registry.isEmpty() || registry.startsWith("localhost") || registry.startsWith("127.")) {
                continue; // this machine is never behind a proxy
            }
            try (TestProxy own = TestProxy.open(1, Optional.of("nobody has this"));
                    Trial trial = stage.trial(CORE, directory, "HTTPS_PROXY", "http://127.0.0.1:" + own.port())) {
                trial.ask(AMPLE, vector.getString("input"));
                String server = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
                for (String line : own.log()) {
                    reached++;
                    assertThat(line).startsWith("CONNECT " + server.toLowerCase(Locale.ROOT));
                }
            }
        }
        assertThat(reached).isGreaterThan(20);
    }

    private static List<JsonObject> vectors() throws IOException {
        try (JsonReader reader = Json.createReader(Files.newInputStream(VECTORS))) {
            return reader.readArray().stream().map(JsonValue::asJsonObject).toList();
        }
    }

    // ---- 4, 5 ----

    static Stream<String> noReferences() {
        return Stream.of(
                "nginx@sha256:" + HEX.substring(1),
                "nginx@sha256:" + HEX + "a",
                "nginx@sha256:" + HEX.replace('a', 'A'),
                "nginx@sha256:../../../../etc/passwd",
                "nginx@sha512:" + HEX + HEX,
                "nginx@sha384:" + HEX.substring(32) + HEX,
                "nginx@md5:" + HEX.substring(32),
                "nginx@sha256-" + HEX,
                "d\u043ecker.io/x",
                "docker\uff0eio/x",
                "docker.io\u2044x/x",
                "docker.io\u2215x/x",
                "docker.io\u200b/x",
                "docker.io./x",
                "[fe80::1%25eth0]/x",
                "docker.io:0/x",
                "docker.io:99999/x");
    }

    @Row({4, 5})
    @ParameterizedTest
    @MethodSource("noReferences")
    void digestsAndHostsThatOnlyLookAlikeReachNobody(String image) {
        try (Trial trial = trial()) {
            Trial.Answer answer = trial.ask(AMPLE, image);
            assertThat(answer.reasons()).containsExactly(Reason.INVALID_REFERENCE);
            assertThat(answer.message()).matches("[ -~…]+");
            assertThat(trial.ask(AMPLE, stage.twin()).allowed()).isTrue();
        }
        assertThat(asked()).isEmpty();
        assertThat(stage.hostile.log()).noneMatch(access -> access.path().contains("nginx"));
    }

    // ---- 2, 6, 7 ----

    @Row(2)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil/x",
                "docker.io/evil/x",
                "index.docker.io/evil/x",
                "registry-1.docker.io/evil/x",
                "DOCKER.IO/evil/x",
                "Registry-1.Docker.io/evil/x",
                "docker.io:443/evil/x"
            })
    void everySpellingOfDockerHubMeetsTheSameRule(String image) {
        String denied = RULES
                + "- {pattern: \"*:*\", validator: allow}\n- {pattern: \"docker.io/evil/*:*\", validator: deny}\n";
        try (Trial trial = CORE.open(directory, denied, "quay.io/honest/x")) {
            assertThat(trial.ask(AMPLE, image).reasons()).containsExactly(Reason.STATIC_DENY);
            assertThat(trial.ask(AMPLE, "quay.io/evil/x").allowed()).isTrue();
            assertThat(trial.ask(AMPLE, image.replace("evil", "good")).allowed())
                    .isTrue();
        }
    }

    @Row({6, 7})
    @ParameterizedTest
    @CsvSource({
        "docker.io/evil/securesystemsengineering/x, docker.io/securesystemsengineering/*:*, securesystemsengineering/x",
        "docker.io/securesystemsengineering-evil/x, docker.io/securesystemsengineering/*:*, securesystemsengineering/x",
        "docker.io.evil.io/securesystemsengineering/x, docker.io/securesystemsengineering/*:*, securesystemsengineering/x",
        "registry.internal:443/x, registry.internal/*:*, registry.internal/x",
        "registry.internal/x, registry.internal:443/*:*, registry.internal:443/x",
    })
    void aPatternReachesWhatItSays(String image, String pattern, String meant) {
        String rules =
                RULES + "- {pattern: \"*:*\", validator: deny}\n- {pattern: \"" + pattern + "\", validator: allow}\n";
        try (Trial trial = CORE.open(directory, rules, meant)) {
            assertThat(trial.ask(AMPLE, image).reasons()).containsExactly(Reason.STATIC_DENY);
            assertThat(trial.ask(AMPLE, meant).allowed()).isTrue();
        }
    }

    @Row(6)
    @ParameterizedTest
    @ValueSource(strings = {"docker.io/*/x", "nginx*", "docker.io/?/x", "docker.io/[a]/x", "{a,b}", "acme/x:*", "*:*"})
    void anImageIsNoPattern(String image) {
        try (Trial trial = CORE.open(directory, RULES + "- {pattern: \"*:*\", validator: allow}\n", "nginx")) {
            assertThat(trial.ask(AMPLE, image).reasons()).containsExactly(Reason.INVALID_REFERENCE);
            assertThat(trial.ask(AMPLE, "nginx").allowed()).isTrue();
        }
    }

    // ---- 67 ----

    @Row(67)
    @Test
    void namesOfManyKilobytesAreCutShort() {
        try (Trial trial = trial()) {
            for (String image :
                    List.of("a".repeat(20_000), "x/" + "a/".repeat(10_000) + "b", "x:" + "t".repeat(20_000))) {
                Trial.Answer answer = trial.ask(AMPLE, image);
                assertThat(answer.reasons()).containsExactly(Reason.INVALID_REFERENCE);
                assertThat(answer.message().length()).isLessThan(1000);
            }
            assertThat(trial.ask(AMPLE, stage.twin()).allowed()).isTrue();
        }
        assertThat(asked()).isEmpty();
    }
}

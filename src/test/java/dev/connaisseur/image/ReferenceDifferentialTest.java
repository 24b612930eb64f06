package dev.connaisseur.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * 156 texts with what distribution/reference 0.6.0 makes of each: 151 come out the same, five that it accepts are refused all the
 * same.
 */
class ReferenceDifferentialTest {
    private static final Path VECTORS = Path.of(
            Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"),
            "own-reference-differential/reference_vectors.json");

    private static final Set<String> REFUSED_ALL_THE_SAME = Set.of(
            "ex_ample.com/foo", // the grammar makes it a path, which leaves the registry empty
            "registry:0/foo",
            "registry:99999/foo",
            "nginx@sha512:" + "c".repeat(128),
            "nginx@sha384:" + "a".repeat(96));

    @BeforeEach
    void present() {
        assumeTrue(Files.isReadable(VECTORS), "own-reference-differential is not there");
    }

    @Test
    void isComplete() throws IOException {
        assertThat(vectors()).hasSize(156);
        assertThat(vectors().stream().filter(ReferenceDifferentialTest::strictlyRefused))
                .hasSize(5)
                .allSatisfy(v ->
                        assertThat(v.getJsonObject("distribution_reference")).doesNotContainKey("error"));
    }

    @TestFactory
    Stream<DynamicTest> comesOutAsInDistribution() throws IOException {
        return vectors().stream()
                .filter(v -> !strictlyRefused(v))
                .map(v -> dynamicTest(
                        name(v), () -> check(v.getString("input"), v.getJsonObject("distribution_reference"))));
    }

    @TestFactory
    Stream<DynamicTest> isRefusedAllTheSame() throws IOException {
        return vectors().stream()
                .filter(ReferenceDifferentialTest::strictlyRefused)
                .map(v -> dynamicTest(name(v), () -> refused(v.getString("input"))));
    }

    private static void check(String input, JsonObject expected) {
        if (expected.containsKey("error")) {
            refused(input);
            return;
        }
        ImageReference image = ImageReference.parse(input);
        String registry = expected.getString("registry");
        assertThat(image.original()).isEqualTo(input);
        assertThat(image.registry()).isEqualTo(registry.equals("docker.io") ? "index.docker.io" : registry);
        assertThat(image.repository()).isEqualTo(expected.getString("repository"));
        assertThat(image.digest().map(Digest::toString)).isEqualTo(text(expected, "digest"));
        assertThat(image.tag())
                .isEqualTo(text(expected, "tag")
                        .or(() -> expected.containsKey("digest") ? Optional.empty() : Optional.of("latest")));
    }

    private static void refused(String input) {
        assertThatThrownBy(() -> ImageReference.parse(input))
                .isInstanceOf(InvalidReferenceException.class)
                .hasMessageStartingWith("invalid image reference \"")
                .message()
                .matches("[ -~…]+");
    }

    private static boolean strictlyRefused(JsonObject vector) {
        return REFUSED_ALL_THE_SAME.contains(vector.getString("input"));
    }

    private static Optional<String> text(JsonObject object, String key) {
        return Optional.ofNullable(object.getString(key, null));
    }

    private static String name(JsonObject vector) {
        String input = Json.createValue(vector.getString("input")).toString();
        return vector.getString("class") + ": " + input.substring(0, Math.min(input.length(), 60));
    }

    private static List<JsonObject> vectors() throws IOException {
        try (JsonReader reader = Json.createReader(Files.newInputStream(VECTORS))) {
            return reader.readArray().stream().map(JsonValue::asJsonObject).toList();
        }
    }
}

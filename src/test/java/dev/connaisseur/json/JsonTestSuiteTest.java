package dev.connaisseur.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.connaisseur.testing.CorpusLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The public corpus of nst/JSONTestSuite: all of {@code y_} but duplicate names, none of {@code n_}. */
class JsonTestSuiteTest {
    @RegisterExtension
    static final CorpusLedger LEDGER = CorpusLedger.of("json-test-suite");

    private static final Path SUITE = Path.of(
            Optional.ofNullable(System.getenv("CONNAISSEUR_VECTORS")).orElse("../shared/vectors"),
            "JSONTestSuite/test_parsing");

    /** RFC 8259 leaves duplicate names to the reader; we refuse them, because two readers may choose differently. */
    private static final Set<String> DUPLICATES =
            Set.of("y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json");

    @BeforeAll
    static void present() {
        assumeTrue(Files.isDirectory(SUITE), "JSONTestSuite is not there");
    }

    @Test
    void isComplete() throws IOException {
        assertThat(named("y_")).hasSize(95).map(p -> p.getFileName().toString()).containsAll(DUPLICATES);
        assertThat(named("n_")).hasSize(188);
    }

    @TestFactory
    Stream<DynamicTest> accepted() throws IOException {
        return named("y_").stream()
                .map(file -> dynamicTest(file.getFileName().toString(), () -> {
                    if (DUPLICATES.contains(file.getFileName().toString())) {
                        refused(file);
                    } else {
                        assertThat(StrictJson.parse(Files.readAllBytes(file))).isNotNull();
                        LEDGER.accepted();
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> refused() throws IOException {
        return named("n_").stream().map(file -> dynamicTest(file.getFileName().toString(), () -> refused(file)));
    }

    /** What the standard leaves open is read or refused, but never ends in anything else. */
    @TestFactory
    Stream<DynamicTest> open() throws IOException {
        return named("i_").stream()
                .map(file -> dynamicTest(file.getFileName().toString(), () -> {
                    try {
                        assertThat(StrictJson.parse(Files.readAllBytes(file))).isNotNull();
                    } catch (MalformedJsonException e) {
                        assertThat(e).hasMessageNotContaining("null");
                    }
                }));
    }

    private static void refused(Path file) {
        assertThatThrownBy(() -> StrictJson.parse(Files.readAllBytes(file))).isInstanceOf(MalformedJsonException.class);
        LEDGER.refused();
    }

    private static List<Path> named(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(SUITE)) {
            return files.filter(p -> p.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }
}

package dev.connaisseur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The cases of Connaisseur's integration suites as they stand in {@code acceptance/cases.txt}. Each row says what is done, or names the
 * test that decides it.
 */
public final class AcceptanceTable {
    public static final Path RESOURCES = Path.of("src/test/resources/acceptance");

    /** What a row expects of an image that is admitted. */
    public static final String CREATED = "created";

    /** The images that the cases are published for. */
    public static final String PUBLISHED = "securesystemsengineering/testimage";

    private AcceptanceTable() {}

    /**
     * A row.
     *
     * @param form what is done over HTTPS, or {@code package.Class#method} of the test that does something else, where need be followed
     *     by {@code in} and a namespace
     * @param others images of init containers, or of ephemeral ones
     * @param expected what kubectl's screen shows; where the row has one text for each of its images, between semicolons
     * @param deviation the number of the decision of ours that lets it differ from what is published, where need be followed by a colon and
     *     what is expected instead; empty where nothing differs
     */
    public record Row(
            String section,
            int number,
            String form,
            List<String> containers,
            List<String> others,
            String expected,
            String deviation) {
        public Row {
            containers = List.copyOf(containers);
            others = List.copyOf(others);
        }

        static Row parse(String line) {
            List<String> cells = cells(line, "\\|");
            if (cells.size() != 7) {
                throw new AssertionError("a row has seven cells: " + line);
            }
            return new Row(
                    cells.get(0),
                    Integer.parseInt(cells.get(1)),
                    cells.get(2),
                    list(cells.get(3)),
                    list(cells.get(4)),
                    cells.get(5),
                    cells.get(6));
        }

        private static List<String> list(String cell) {
            return cells(cell, ",").stream().filter(image -> !image.isEmpty()).toList();
        }

        /** Section and number. */
        public String name() {
            return section + " " + number;
        }

        /** Whether a test of its own decides it. */
        public boolean isElsewhere() {
            return form.contains("#");
        }

        /** {@code package.Class#method} of that test. */
        public String decider() {
            return form.replaceFirst(" in .*", "");
        }

        /** The namespace in which it is done. */
        public String namespace() {
            return form.contains(" in ") ? form.replaceFirst(".* in ", "") : "default";
        }

        /** What is to be expected of each image, with our deviation. */
        public List<String> expectations() {
            return cells(deviation.contains(": ") ? deviation.replaceFirst(".*: ", "") : expected, ";");
        }

        /** The number of the decision by which we deviate. */
        public Optional<String> decision() {
            return deviation.isEmpty() ? Optional.empty() : Optional.of(deviation.replaceFirst(":.*", ""));
        }

        @Override
        public String toString() {
            return name() + ": " + String.join(", ", containers)
                    + (others.isEmpty() ? "" : " / " + String.join(", ", others)) + ": " + expected;
        }
    }

    private static List<String> cells(String line, String separator) {
        return Arrays.stream(line.split(separator, -1)).map(String::strip).toList();
    }

    /** All rows, in order. */
    public static List<Row> rows() {
        return lines("cases.txt").map(Row::parse).toList();
    }

    /** The rows that a test decides. */
    public static Stream<Row> rowsOf(Class<?> suite, String method) {
        String name = suite.getName().replace("dev.connaisseur.", "") + "#" + method;
        List<Row> found =
                rows().stream().filter(row -> row.decider().equals(name)).toList();
        if (found.isEmpty()) {
            throw new AssertionError("no row names " + name);
        }
        return found.stream();
    }

    /** One row. */
    public static Row row(String section, int number) {
        return rows().stream()
                .filter(row -> row.name().equals(section + " " + number))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row " + section + " " + number));
    }

    /**
     * The whole of what kubectl prints, by the name of the row that quotes it, with {@code {T}} in place of the image's repository, {@code
     * debugger-…} and {@code (id …)} in place of what depends on the run.
     */
    public static Map<String, String> screens() {
        Map<String, String> screens = new TreeMap<>();
        lines("screens.txt").forEach(line -> {
            List<String> cells =
                    Arrays.stream(line.split("\\|", 2)).map(String::strip).toList();
            screens.merge(cells.get(0), cells.get(1), (first, second) -> first + "\n" + second);
        });
        return screens;
    }

    /** The requests that Connaisseur's own tests record: file, what is expected, patched image. */
    public static List<List<String>> requests() {
        return lines("requests.txt").map(line -> cells(line, "\\|")).toList();
    }

    private static Stream<String> lines(String file) {
        try {
            return Files.readAllLines(RESOURCES.resolve(file)).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

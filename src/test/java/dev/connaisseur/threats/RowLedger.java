package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the cases of each row of the catalogue of threats cost, and that each row has refusals and admissions. */
final class RowLedger {
    private static final Path DIRECTORY = Path.of("target/ledger");

    private final Map<Integer, Cost> rows = new TreeMap<>();
    private List<Integer> now = List.of();

    /**
     * One row's so far.
     *
     * @param beside honest requests meanwhile, and the slowest of them in milliseconds
     * @param peak most of the heap in use, KiB
     * @param kept most of the heap in use right after a collection, KiB; zero where there was none
     */
    record Cost(int cases, int admitted, int refused, int beside, long slowest, long peak, long kept) {
        static final Cost NONE = new Cost(0, 0, 0, 0, 0, 0, 0);

        Cost and(Cost more) {
            return new Cost(
                    cases + more.cases,
                    admitted + more.admitted,
                    refused + more.refused,
                    beside + more.beside,
                    Math.max(slowest, more.slowest),
                    Math.max(peak, more.peak),
                    Math.max(kept, more.kept));
        }
    }

    /** What is told from now on belongs to these rows. */
    synchronized void begin(int... of) {
        now = Arrays.stream(of).boxed().toList();
    }

    synchronized void admitted() {
        add(new Cost(0, 1, 0, 0, 0, 0, 0));
    }

    synchronized void refused() {
        add(new Cost(0, 0, 1, 0, 0, 0, 0));
    }

    synchronized void beside(Duration time) {
        add(new Cost(0, 0, 0, 1, time.toMillis(), 0, 0));
    }

    synchronized void end(long peak, long kept) {
        add(new Cost(1, 0, 0, 0, 0, peak, kept));
    }

    private void add(Cost cost) {
        now.forEach(row -> rows.merge(row, cost, Cost::and));
    }

    /** Prints it all and leaves it for the ledger; fails for a row without a refusal, an admission or an honest request. */
    synchronized void write(String suite) throws IOException {
        List<String> lines = new ArrayList<>();
        rows.forEach((row, cost) -> lines.add("%d\t%s\t%d\t%d\t%d\t%d\t%d\t%.1f\t%.1f"
                .formatted(
                        row,
                        suite,
                        cost.cases(),
                        cost.admitted(),
                        cost.refused(),
                        cost.beside(),
                        cost.slowest(),
                        cost.peak() / 1024.0,
                        cost.kept() / 1024.0)));
        System.out.println("row\tsuite\tcases\tadmitted\trefused\tbeside\tslowest ms\tpeak MiB\tkept MiB\n"
                + String.join("\n", lines));
        Files.createDirectories(DIRECTORY);
        Files.write(DIRECTORY.resolve("rows-" + suite + ".tsv"), lines);
        assertThat(rows).allSatisfy((row, cost) -> {
            assertThat(cost.admitted()).as("admitted in row " + row).isPositive();
            assertThat(cost.refused()).as("refused in row " + row).isPositive();
            assertThat(cost.beside()).as("honest requests beside row " + row).isPositive();
        });
    }
}

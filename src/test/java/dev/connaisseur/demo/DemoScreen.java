package dev.connaisseur.demo;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints the demonstration in 100 columns; colour only on a terminal and never alone. */
final class DemoScreen {
    private static final String ROW = "  %-45s %-24s %s  %-44s %5s%n";
    private final PrintStream out;
    private final boolean terminal;

    DemoScreen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void header(Path policy, String registry, Duration ready) {
        out.printf(
                Locale.ROOT,
                "%nConnaisseur demonstration · registry: %s (embedded) · ready in %.1f s%npolicy: %s%n%n",
                registry,
                ready.toMillis() / 1000.0,
                policy);
    }

    void columns() {
        out.printf(ROW, "WHAT IS ASKED", "RULE", "VERDICT ", "BECAUSE", "ms");
    }

    void row(Answered answered) {
        Question question = answered.question();
        List<String> images = new ArrayList<>(question.images());
        out.printf(
                ROW,
                fit("%-11s %s".formatted(question.kind(), images.removeFirst()), 45),
                fit(question.rule(), 24),
                verdict(answered.allowed()),
                fit(question.because(), 44),
                answered.millis());
        images.forEach(image -> out.printf("  %-11s %s%n", "", image));
        for (Answered.Patched patch : answered.patched()) {
            out.printf("              %s%n", red("- image: " + patch.before()));
            out.printf("              %s%n", green("+ image: " + patch.after()));
        }
        if (!answered.asExpected()) {
            out.printf("              NOT AS EXPECTED: %s%n", answered.answer().message());
        }
    }

    void event(String what) {
        out.printf("  … %s …%n", what);
    }

    /** What a person at a terminal would read. */
    void kubectl(Answered denied) {
        out.printf(
                "%n  What kubectl would print for the denied %s %s:%n",
                denied.question().kind(), denied.question().images());
        String text = "Error from server: admission webhook \"connaisseur-svc.connaisseur.svc\" denied the request: "
                + denied.answer().message();
        for (String line : wrap(text, 94)) {
            out.printf("    %s%n", line);
        }
    }

    void summary(boolean asExpected) {
        out.printf("%n  %s%n", asExpected ? "Every answer was as expected." : "SOME ANSWERS WERE NOT AS EXPECTED.");
    }

    void footer(int port, Path authority, Path sample, boolean once) {
        out.printf(
                """

                  Try your own:   curl --cacert %s https://localhost:%d/mutate \\
                                    -H 'Content-Type: application/json' -d @%s
                  Health:         https://localhost:%d/health/ready    Metrics: https://localhost:%d/metrics
                  %s
                """, authority, port, sample, port, port, once ? "Ended." : "The registry is up again. Ctrl-C ends.");
    }

    private String verdict(boolean allowed) {
        return allowed ? green("admitted") : red("denied  ");
    }

    private String green(String text) {
        return terminal ? "\u001b[32m" + text + "\u001b[0m" : text;
    }

    private String red(String text) {
        return terminal ? "\u001b[31m" + text + "\u001b[0m" : text;
    }

    private static String fit(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + "…";
    }

    private static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}

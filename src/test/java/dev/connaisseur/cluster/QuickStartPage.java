package dev.connaisseur.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the page "Getting started" lets people do in a cluster, and what it says that they will see.
 *
 * @param steps in their order
 */
record QuickStartPage(List<Step> steps) {
    private static final Path PAGE = Path.of("src/site/markdown/getting-started.md");
    private static final String HEADING = "\n## In a cluster\n";
    private static final Pattern STEP =
            Pattern.compile("```console\n(.*?)```\n(?:\n*```text\n(.*?)```\n)?", Pattern.DOTALL);

    /**
     * Commands in one block.
     *
     * @param commands lines for a shell
     * @param screen what they print together; the ellipsis stands for hexadecimal digits, nothing for whatever it may be
     */
    record Step(List<String> commands, String screen) {
        /** Whether this is what the page says. */
        boolean promises(String printed) {
            String pattern = Pattern.quote(screen).replace("…", "\\E[0-9a-f]+\\Q");
            return screen.isEmpty() || Pattern.matches(pattern, printed);
        }

        /** Whether the page says that this is refused. */
        boolean isRefused() {
            return screen.toLowerCase(Locale.ROOT).startsWith("error");
        }
    }

    static QuickStartPage read() throws IOException {
        String page = Files.readString(PAGE);
        String section = page.substring(page.indexOf(HEADING) + HEADING.length());
        return new QuickStartPage(STEP.matcher(section.substring(0, section.indexOf("\n## ")))
                .results()
                .map(step -> new Step(
                        step.group(1).lines().toList(),
                        step.group(2) == null ? "" : step.group(2).strip()))
                .toList());
    }

    /** The one denial that the page shows for an image without a signature, from the API server's introduction on. */
    String denial() {
        return steps.stream()
                .map(Step::screen)
                .filter(screen -> screen.contains("testimage:unsigned"))
                .map(screen -> screen.substring(screen.indexOf("admission webhook")))
                .findFirst()
                .orElseThrow();
    }

    /** All but the last step, which takes everything away. */
    List<Step> first() {
        return steps.subList(0, steps.size() - 1);
    }

    Step last() {
        return steps.getLast();
    }
}

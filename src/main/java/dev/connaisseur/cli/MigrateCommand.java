package dev.connaisseur.cli;

import dev.connaisseur.config.ConfigDocument;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code connaisseur migrate values.yaml}: what stands between a values file of Connaisseur 3.x and our chart. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description =
                "Reads a values file of Connaisseur 3.x and lists what to change for this chart, and what will differ.")
final class MigrateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "VALUES", description = "The values file.")
    private Path values = Path.of("values.yaml");

    @Option(names = "--output", paramLabel = "FORM", description = "text (default) or json.")
    private Output output = Output.TEXT;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Problems problems = new Problems(OnProblem.REFUSE);
        ConfigDocument.parse(values.toString(), content(), problems).ifPresent(Migration::review);
        Report report = new Report(lines(problems.errors()), lines(problems.warnings()));
        output.print(spec, report, () -> report.text(values.toString()));
        return report.change().isEmpty() ? ExitCode.FINE : ExitCode.DENIED;
    }

    private byte[] content() {
        try (InputStream in = Files.newInputStream(values)) {
            return in.readNBytes(ConfigDocument.MAX_BYTES + 1);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), values + " cannot be read: " + e, e);
        }
    }

    private static List<String> lines(List<Problem> problems) {
        return problems.stream().map(Problem::toString).toList();
    }

    /**
     * What came out; public because JSON-B asks for it.
     *
     * @param change what the chart would refuse, with file, line and remedy
     * @param differs what it takes and does differently
     */
    public record Report(List<String> change, List<String> differs) {
        public Report {
            change = List.copyOf(change);
            differs = List.copyOf(differs);
        }

        List<String> text(String file) {
            List<String> lines = new ArrayList<>();
            change.forEach(line -> lines.add("change   " + line));
            differs.forEach(line -> lines.add("differs  " + line));
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.add(file + ": " + change.size() + " to change, " + differs.size() + " that will differ");
            lines.add(
                    change.isEmpty()
                            ? "next     read the page \"Migration\", then: helm upgrade connaisseur connaisseur/connaisseur -f "
                                    + file
                            : "next     change what is named above, then ask again");
            return lines;
        }
    }
}

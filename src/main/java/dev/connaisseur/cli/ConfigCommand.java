package dev.connaisseur.cli;

import dev.connaisseur.boot.Configuration;
import dev.connaisseur.boot.Engine;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Settings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code connaisseur config}: looks at configuration files. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Looks at configuration files.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = ConfigCommand.Check.class)
final class ConfigCommand {

    /** {@code connaisseur config check}: what the server would say at start, without starting it. */
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Reads the configuration as the server would at start and lists what is wrong with it.")
    static final class Check implements Callable<Integer> {
        @Mixin
        private ConfigurationOptions configuration = new ConfigurationOptions();

        @Option(names = "--output", paramLabel = "FORM", description = "text (default) or json.")
        private Output output = Output.TEXT;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            Settings settings = configuration.settings();
            Problems problems = new Problems(settings.onProblem());
            try (Engine engine = Engine.open(settings, InstantSource.system(), new PrometheusRegistry());
                    Configuration read = engine.read(problems)) {
                Report report = new Report(
                        !problems.hasErrors(),
                        read.policy().rules().size(),
                        read.validators().all().size(),
                        read.fingerprint().hex(),
                        lines(problems.errors()),
                        lines(problems.warnings()));
                output.print(spec, report, report::text);
                return report.usable() ? ExitCode.FINE : ExitCode.DENIED;
            }
        }

        private static List<String> lines(List<Problem> problems) {
            return problems.stream().map(Problem::toString).toList();
        }
    }

    /** What came out, for people and for programs; public because JSON-B asks for it. */
    public record Report(
            boolean usable, int rules, int validators, String fingerprint, List<String> errors, List<String> warnings) {
        public Report {
            errors = List.copyOf(errors);
            warnings = List.copyOf(warnings);
        }

        List<String> text() {
            List<String> lines = new ArrayList<>();
            errors.forEach(error -> lines.add("error    " + error));
            warnings.forEach(warning -> lines.add("warning  " + warning));
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.add(
                    usable
                            ? "usable: " + rules + " rules, " + validators + " validators, fingerprint "
                                    + fingerprint.substring(0, 12)
                            : "not usable: " + errors.size() + (errors.size() == 1 ? " error" : " errors"));
            return lines;
        }
    }
}

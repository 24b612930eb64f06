package dev.connaisseur.cli;

import dev.connaisseur.boot.Configuration;
import dev.connaisseur.boot.Engine;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code connaisseur explain IMAGE…}: what the server would decide about images, and why. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Decides about images as the server would for a Pod that names them, and says why.")
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private ConfigurationOptions configuration = new ConfigurationOptions();

    @Option(names = "--namespace", paramLabel = "NAME", description = "Of the Pod; default is \"default\".")
    private String namespace = "default";

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "Per image; default is 29.")
    private int timeout = 29;

    @Option(names = "--output", paramLabel = "FORM", description = "text (default) or json.")
    private Output output = Output.TEXT;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "As a manifest writes it.")
    private List<String> images = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Settings settings = configuration.settings();
        Problems problems = new Problems(settings.onProblem());
        try (Engine engine = Engine.open(settings, InstantSource.system(), new PrometheusRegistry());
                Configuration read = engine.read(problems)) {
            problems.throwIfErrors();
            List<Explanation> explanations = new ArrayList<>();
            for (String image : images) {
                Deadline deadline = Deadline.after(Duration.ofSeconds(timeout));
                explanations.add(Explanation.of(
                        image,
                        engine.decide(read, PodReview.of(image, namespace), deadline)
                                .toCompletableFuture()
                                .join()));
            }
            output.print(
                    spec,
                    explanations,
                    () -> explanations.stream()
                            .flatMap(explanation -> explanation.text().stream())
                            .toList());
            return explanations.stream().mapToInt(Explanation::exitCode).max().orElse(ExitCode.FINE);
        }
    }
}

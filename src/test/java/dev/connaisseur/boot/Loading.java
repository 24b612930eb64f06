package dev.connaisseur.boot;

import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Loads one configuration file as the process does, and holds what was said about it. */
record Loading(Problems problems) {

    /**
     * Reads a file.
     *
     * @param directory takes the file; its {@code secrets} directory holds the secrets
     */
    static Loading of(Path directory, String configYaml, OnProblem onProblem) throws IOException {
        Files.writeString(directory.resolve("config.yaml"), configYaml);
        Map<String, String> properties = Map.of(
                "connaisseur.config.dir",
                directory.toString(),
                "connaisseur.secrets.dir",
                directory.resolve("secrets").toString());
        Problems problems = new Problems(onProblem);
        Settings settings = Settings.read(new PropertySource(Map.of(), properties));
        try (Engine engine = Engine.open(settings, InstantSource.system(), new PrometheusRegistry())) {
            engine.read(problems).close();
        }
        return new Loading(problems);
    }

    /** Line, path and text of everything that keeps the file from being used. */
    List<String> errors() {
        return lines(problems.errors());
    }

    /** The same of what is only said. */
    List<String> warnings() {
        return lines(problems.warnings());
    }

    private static List<String> lines(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.line() + " " + problem.path() + ": " + problem.what())
                .toList();
    }
}

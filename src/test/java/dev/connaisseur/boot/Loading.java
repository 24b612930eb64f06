package dev.connaisseur.boot;

import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.validator.StaticFactory;
import dev.connaisseur.validator.cosign.CosignFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Settings settings = Settings.read(new PropertySource(
                Map.of(),
                Map.of("connaisseur.config.dir", directory.toString(), "connaisseur.alerts.dir", "/app/alerts")));
        Secrets secrets = new Secrets(directory.resolve("secrets"));
        Problems problems = new Problems(onProblem);
        try (HttpTransport transport = new HttpTransport()) {
            RegistryClients registries = new RegistryClients(transport, new Lookups(), secrets);
            ConfigurationReader reader = new ConfigurationReader(
                    settings, secrets, List.of(new StaticFactory(), new CosignFactory(registries)));
            reader.read(problems).close();
        }
        return new Loading(problems);
    }

    /** Line, path and text of everything that keeps the file from being used. */
    List<String> errors() {
        return problems.errors().stream()
                .map(problem -> problem.line() + " " + problem.path() + ": " + problem.what())
                .toList();
    }

    List<String> warnings() {
        return problems.warnings().stream()
                .map(problem -> problem.line() + " " + problem.path() + ": " + problem.what())
                .toList();
    }
}

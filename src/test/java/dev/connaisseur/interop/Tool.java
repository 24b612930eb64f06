package dev.connaisseur.interop;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of the machine that the interop suites run for real: where it is, and one bounded run of it. */
public final class Tool {
    private final Path program;

    private Tool(Path program) {
        this.program = program;
    }

    /** Looks in {@code $CONNAISSEUR_TOOLS} first, then in the path. */
    public static Optional<Tool> find(String name) {
        String tools = System.getenv().getOrDefault("CONNAISSEUR_TOOLS", "");
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(tools), Stream.of(path.split(File.pathSeparator)))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Tool::new);
    }

    public Path program() {
        return program;
    }

    /** Runs to the end; fails the test with the program's own words if it does not succeed. */
    public String run(Path directory, Map<String, String> environment, List<String> arguments) {
        try {
            Path output = Files.createTempFile("tool", ".out");
            ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(program.toString()), arguments.stream())
                            .toList())
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(new File("/dev/null"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(Duration.ofMinutes(2).toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(program + " did not end in two minutes");
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            if (process.exitValue() != 0) {
                throw new AssertionError(
                        program + " " + arguments + " ended with " + process.exitValue() + ": " + text);
            }
            return text;
        } catch (IOException e) {
            throw new AssertionError(program + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}

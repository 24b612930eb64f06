package dev.connaisseur.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One run of a program, as at a terminal. */
final class Terminal {
    private Terminal() {}

    /**
     * What stood on the screen.
     *
     * @param text standard output and standard error as they came
     */
    record Screen(int exit, String text) {
        /** The text of a command that must have succeeded. */
        String done() {
            if (exit != 0) {
                throw new AssertionError("ended with " + exit + ": " + text);
            }
            return text;
        }

        /** The text of a command that must have failed. */
        String refused() {
            if (exit == 0) {
                throw new AssertionError("succeeded: " + text);
            }
            return text;
        }
    }

    /**
     * Runs it to the end, which must come within ten minutes.
     *
     * @param directory for what it reads and prints
     * @param input its standard input
     */
    static Screen run(Path directory, String input, Map<String, String> environment, List<String> command) {
        try {
            Path in = Files.createTempFile(directory, "terminal", ".in");
            Path out = Files.createTempFile(directory, "terminal", ".out");
            Files.writeString(in, input);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .redirectInput(in.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end in ten minutes");
            }
            Screen screen = new Screen(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8).strip());
            Files.delete(in);
            Files.delete(out);
            return screen;
        } catch (IOException e) {
            throw new AssertionError(command + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** iproute2, which needs root to change anything. */
    static Screen ip(Path directory, String... arguments) {
        return run(
                directory,
                "",
                Map.of(),
                Stream.concat(Stream.of("ip"), Stream.of(arguments)).toList());
    }
}

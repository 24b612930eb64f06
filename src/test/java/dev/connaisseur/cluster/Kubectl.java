package dev.connaisseur.cluster;

import dev.connaisseur.interop.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** kubectl as one user of one cluster. */
final class Kubectl {
    private final Path directory;
    private final Path configuration;

    /**
     * For a cluster.
     *
     * @param directory for its caches and what it prints
     * @param configuration a kubeconfig
     */
    Kubectl(Path directory, Path configuration) {
        this.directory = directory;
        this.configuration = configuration;
    }

    /**
     * What stood on the screen.
     *
     * @param text standard output and standard error as they came
     */
    record Screen(int exit, String text) {
        /** The text of a command that must have succeeded. */
        String done() {
            if (exit != 0) {
                throw new AssertionError("kubectl ended with " + exit + ": " + text);
            }
            return text;
        }

        /** The text of a command that must have failed. */
        String refused() {
            if (exit == 0) {
                throw new AssertionError("kubectl succeeded: " + text);
            }
            return text;
        }
    }

    /** Runs it with these arguments. */
    Screen run(String... arguments) {
        return feed("", arguments);
    }

    /** Runs {@code apply -f -} or the like with an object on standard input. */
    Screen feed(String input, String... arguments) {
        try {
            Path in = Files.createTempFile(directory, "kubectl", ".in");
            Path out = Files.createTempFile(directory, "kubectl", ".out");
            Files.writeString(in, input);
            Process process = new ProcessBuilder(Stream.concat(
                                    Stream.of(
                                            program().toString(),
                                            "--kubeconfig=" + configuration,
                                            "--cache-dir=" + directory.resolve("kubectl-cache")),
                                    Stream.of(arguments))
                            .toList())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .redirectInput(in.toFile())
                    .start();
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("kubectl " + List.of(arguments) + " did not end in two minutes");
            }
            Screen screen = new Screen(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8).strip());
            Files.delete(in);
            Files.delete(out);
            return screen;
        } catch (IOException e) {
            throw new AssertionError("kubectl could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static Path program() {
        return Tool.find("kube/kubectl")
                .orElseThrow(() -> new AssertionError("no kubectl: run .ci/kube/install.sh $CONNAISSEUR_TOOLS/kube"))
                .program();
    }
}

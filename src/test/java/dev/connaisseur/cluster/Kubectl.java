package dev.connaisseur.cluster;

import dev.connaisseur.cluster.Terminal.Screen;
import dev.connaisseur.interop.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    /** Runs it with these arguments. */
    Screen run(String... arguments) {
        return feed("", arguments);
    }

    /** Runs {@code apply -f -} or the like with an object on standard input. */
    Screen feed(String input, String... arguments) {
        List<String> command = Stream.concat(
                        Stream.of(
                                program().toString(),
                                "--kubeconfig=" + configuration,
                                "--cache-dir=" + directory.resolve("kubectl-cache")),
                        Stream.of(arguments))
                .toList();
        return Terminal.run(directory, input, Map.of(), command);
    }

    private static Path program() {
        return Tool.find("kube/kubectl")
                .orElseThrow(() -> new AssertionError("no kubectl: run .ci/kube/install.sh $CONNAISSEUR_TOOLS/kube"))
                .program();
    }
}

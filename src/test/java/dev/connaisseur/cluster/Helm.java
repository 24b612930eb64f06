package dev.connaisseur.cluster;

import dev.connaisseur.cluster.Terminal.Screen;
import dev.connaisseur.interop.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Helm as an administrator of one cluster, in the project's directory. */
final class Helm {
    private final Path program;
    private final Path directory;
    private final Path configuration;

    private Helm(Path program, Path directory, Path configuration) {
        this.program = program;
        this.directory = directory;
        this.configuration = configuration;
    }

    /**
     * One of the two that are there.
     *
     * @param major 3 or 4
     * @param directory for its caches and what it prints
     * @param configuration a kubeconfig
     */
    static Helm of(int major, Path directory, Path configuration) {
        String name = major == 3 ? "helm" : "kube/helm";
        Path program = Tool.find(name)
                .orElseThrow(() -> new AssertionError("no " + name + ": .ci/run installs it"))
                .program();
        return new Helm(program, directory, configuration);
    }

    Screen run(String... arguments) {
        Map<String, String> environment = Map.of(
                "KUBECONFIG", configuration.toString(),
                "HELM_CACHE_HOME", directory + "/helm-cache",
                "HELM_CONFIG_HOME", directory + "/helm-config",
                "HELM_DATA_HOME", directory + "/helm-data");
        List<String> command = Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                .toList();
        return Terminal.run(directory, "", environment, command);
    }
}

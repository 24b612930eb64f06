package dev.connaisseur.kubernetes;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * How a process inside a cluster reaches the cluster's API.
 *
 * @param server base address
 * @param token file with the service account's token; Kubernetes replaces it every hour or so
 * @param ca file with the only roots to trust
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/">the documentation</a>
 */
public record ClusterAccess(URI server, Path token, Path ca) {

    /**
     * What Kubernetes tells every container.
     *
     * @param environment of the process, by name
     * @param serviceAccount the directory that Kubernetes mounts
     * @return empty outside a cluster
     */
    public static Optional<ClusterAccess> of(Function<String, Optional<String>> environment, Path serviceAccount) {
        Optional<String> host = environment.apply("KUBERNETES_SERVICE_HOST").filter(h -> !h.isEmpty());
        Optional<String> port = environment.apply("KUBERNETES_SERVICE_PORT").filter(p -> p.matches("[0-9]{1,5}"));
        if (host.isEmpty() || port.isEmpty() || !host.get().matches("[0-9A-Za-z.:-]+")) {
            return Optional.empty();
        }
        String name = host.get().contains(":") ? "[" + host.get() + "]" : host.get();
        URI server = URI.create("https://" + name + ":" + port.get());
        return Optional.of(
                new ClusterAccess(server, serviceAccount.resolve("token"), serviceAccount.resolve("ca.crt")));
    }
}

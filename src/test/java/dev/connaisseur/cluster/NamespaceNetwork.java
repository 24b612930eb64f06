package dev.connaisseur.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A network namespace for each pod, with one interface to a bridge of this machine and no way beyond it. Addresses are a part of
 * 198.19.0.0/16, which RFC 2544 keeps for tests, that no other run has taken. That needs root.
 */
final class NamespaceNetwork implements PodNetwork {
    /** Files here take the place of those in /etc for whatever {@code ip netns exec} runs. */
    private static final Path FILES = Path.of("/etc/netns");

    private final Path directory;
    private final String bridge;
    private final String prefix;
    private final Set<String> namespaces = new TreeSet<>();
    private String redis = "";

    private NamespaceNetwork(Path directory, int number) {
        this.directory = directory;
        bridge = "pods" + number;
        prefix = "198.19." + number + ".";
    }

    /** @param directory for what {@code ip} prints */
    static NamespaceNetwork open(Path directory) {
        NamespaceNetwork free = IntStream.range(0, 256)
                .mapToObj(i -> new NamespaceNetwork(directory, i))
                .filter(network -> network.tried("link", "add", network.bridge, "type", "bridge")
                                .exit()
                        == 0)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bridge for pods; ip needs root"));
        free.ip("addr", "add", free.host() + "/24", "dev", free.bridge);
        free.ip("link", "set", free.bridge, "up");
        return free;
    }

    private Terminal.Screen tried(String... arguments) {
        return Terminal.ip(directory, arguments);
    }

    private void ip(String... arguments) {
        tried(arguments).done();
    }

    @Override
    public String host() {
        return prefix + 127;
    }

    @Override
    public String prefix() {
        return prefix;
    }

    @Override
    public synchronized List<String> at(String address) {
        String namespace = bridge + "-" + address.substring(prefix.length());
        if (namespaces.add(namespace)) {
            names(namespace);
            ip("netns", "add", namespace);
            ip("link", "add", namespace, "type", "veth", "peer", "name", "eth0", "netns", namespace);
            ip("link", "set", namespace, "master", bridge, "up");
            ip("-n", namespace, "addr", "add", address + "/24", "dev", "eth0");
            ip("-n", namespace, "link", "set", "eth0", "up");
            ip("-n", namespace, "link", "set", "lo", "up");
        }
        return List.of("ip", "netns", "exec", namespace);
    }

    /** Its own name, and what a cluster's DNS and proxy do for the one Service that pods of the chart ask. */
    private void names(String namespace) {
        try {
            String self = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            String address = prefix + namespace.substring(bridge.length() + 1);
            Files.writeString(
                    Files.createDirectories(FILES.resolve(namespace)).resolve("hosts"),
                    "127.0.0.1 localhost\n" + address + " " + self + "\n" + redis);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean namesRedis() {
        return true;
    }

    @Override
    public synchronized void redisIsAt(String address) {
        redis = address + " connaisseur-redis-service\n";
        namespaces.forEach(this::names);
    }

    /** Takes away what {@link #open} and {@link #at} have made, the interfaces of the namespaces with them. */
    @Override
    public synchronized void close() {
        for (String namespace : namespaces) {
            ip("netns", "del", namespace);
            try {
                Files.deleteIfExists(FILES.resolve(namespace).resolve("hosts"));
                Files.deleteIfExists(FILES.resolve(namespace));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        ip("link", "del", bridge);
    }
}

package dev.connaisseur.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pods at this machine's own loopback interface, for tests whose registries listen on 127.0.0.1. Kubernetes takes none of 127.0.0.0/8 for
 * a pod: their addresses are a part of 198.18.0.0/16, which RFC 2544 keeps for tests, that no other run has taken. That needs root.
 */
final class LoopbackNetwork implements PodNetwork {
    private final Path directory;
    private final String prefix;

    private LoopbackNetwork(Path directory, String prefix) {
        this.directory = directory;
        this.prefix = prefix;
    }

    /** @param directory for what {@code ip} prints */
    static LoopbackNetwork open(Path directory) {
        return IntStream.range(0, 256)
                .mapToObj(i -> new LoopbackNetwork(directory, "198.18." + i + "."))
                .filter(network -> network.route("add").exit() == 0)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no addresses for pods; ip needs root"));
    }

    private Terminal.Screen route(String what) {
        return Terminal.ip(directory, "route", what, "local", prefix + "0/24", "dev", "lo");
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public String prefix() {
        return prefix;
    }

    @Override
    public List<String> at(String address) {
        return List.of();
    }

    @Override
    public boolean namesRedis() {
        return false;
    }

    @Override
    public void redisIsAt(String address) {
        throw new AssertionError("nobody would find it");
    }

    @Override
    public void close() {
        route("del").done();
    }
}

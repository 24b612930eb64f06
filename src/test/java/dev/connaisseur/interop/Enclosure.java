package dev.connaisseur.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Two network namespaces of the kernel with one wire between them. From the inner one nothing is reached but the outer end of that
 * wire: no route leads on, and no name is known. The outer one has one more address, with a name, which only it can reach.
 */
final class Enclosure implements AutoCloseable {
    static final String GATE = "10.231.77.1";
    static final String INSIDE = "10.231.77.2";
    static final String WORLD = "10.231.78.1";
    static final String NAME = "registry.zoo.test";

    private final Tool ip;
    private final String inner = "inner-" + ProcessHandle.current().pid();
    private final String outer = "outer-" + ProcessHandle.current().pid();

    private Enclosure(Tool ip) {
        this.ip = ip;
    }

    static Enclosure open(Tool ip) throws IOException {
        Enclosure enclosure = new Enclosure(ip);
        enclosure.ip("netns", "add", enclosure.inner);
        enclosure.ip("netns", "add", enclosure.outer);
        Path hosts =
                Files.createDirectories(Path.of("/etc/netns", enclosure.outer)).resolve("hosts");
        Files.writeString(hosts, "127.0.0.1 localhost\n" + WORLD + " " + NAME + "\n");
        enclosure.ip(
                "link",
                "add",
                "wire0",
                "netns",
                enclosure.inner,
                "type",
                "veth",
                "peer",
                "name",
                "wire1",
                "netns",
                enclosure.outer);
        enclosure.up(enclosure.inner, "wire0", INSIDE + "/30");
        enclosure.up(enclosure.outer, "wire1", GATE + "/30");
        enclosure.up(enclosure.inner, "lo", "127.0.0.1/8");
        enclosure.up(enclosure.outer, "lo", WORLD + "/32");
        return enclosure;
    }

    private void up(String namespace, String device, String address) {
        if (!address.startsWith("127.")) {
            ip("-n", namespace, "address", "add", address, "dev", device);
        }
        ip("-n", namespace, "link", "set", device, "up");
    }

    private void ip(String... arguments) {
        ip.run(Path.of("/"), Map.of(), List.of(arguments));
    }

    /** What to write before a command so that it runs where nothing is reached. */
    List<String> inside() {
        return List.of(ip.program().toString(), "netns", "exec", inner);
    }

    /** The same for the outer side. */
    List<String> outside() {
        return List.of(ip.program().toString(), "netns", "exec", outer);
    }

    /** Whether a port can be connected to from a side. */
    static boolean connects(List<String> side, String address, int port) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(side);
        command.addAll(List.of("timeout", "5", "bash", "-c", "exec 3<>/dev/tcp/" + address + "/" + port));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return false;
        }
        return process.exitValue() == 0;
    }

    static void awaitPort(List<String> side, String address, int port, Path log)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (!connects(side, address, port)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("nobody listens on " + address + ":" + port + ": " + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(300);
        }
    }

    /** Waits until a server inside says that it is ready, by its own certificate. */
    void awaitReady(Tool curl, int port, Path certificate, Duration limit) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(inside());
        command.addAll(curl(curl, port, certificate, "/health/ready", "--fail"));
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("the server inside is not ready");
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    /** Posts a review to a server inside, as the API server does; curl runs beside it. */
    String review(Tool curl, int port, Path certificate, Path body) {
        List<String> arguments = new ArrayList<>(inside().subList(1, 4));
        arguments.addAll(curl(
                curl,
                port,
                certificate,
                "/mutate?timeout=30s",
                "--header",
                "Content-Type: application/json",
                "--data-binary",
                "@" + body));
        return ip.run(Path.of("/"), Map.of(), arguments);
    }

    private static List<String> curl(Tool curl, int port, Path certificate, String path, String... more) {
        List<String> command = new ArrayList<>(List.of(
                curl.program().toString(),
                "--silent",
                "--show-error",
                "--noproxy",
                "*",
                "--max-time",
                "40",
                "--cacert",
                certificate.toString()));
        command.addAll(List.of(more));
        command.add("https://localhost:" + port + path);
        return command;
    }

    @Override
    public void close() throws IOException {
        ip("netns", "del", inner);
        ip("netns", "del", outer);
        Path directory = Path.of("/etc/netns", outer);
        Files.deleteIfExists(directory.resolve("hosts"));
        Files.deleteIfExists(directory);
    }
}

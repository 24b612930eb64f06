package dev.connaisseur.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * The shipped server, {@code target/liberty/wlp/bin/server run connaisseur}, as a process of its own on a free loopback port, with
 * its own output directory. Only what was started here is ended.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Path LAUNCHER =
            Path.of("target/liberty/wlp/bin/server").toAbsolutePath();
    private final Process process;
    private final int port;
    private final Path console;
    private final HttpClient http;

    private ServerProcess(Process process, int port, Path console, HttpClient http) {
        this.process = process;
        this.port = port;
        this.console = console;
        this.http = http;
    }

    /**
     * Starts a server and returns at once.
     *
     * @param directory a fresh directory of the test: holds {@code certs/tls.crt} and {@code tls.key} afterwards, the server's output
     *     and its console log
     * @param environment added to the inherited one, e.g. {@code CONNAISSEUR_CONFIG_DIR}
     */
    public static ServerProcess start(Path directory, Map<String, String> environment) {
        return start(directory, environment, List.of());
    }

    /** The same with certificates of this authority, which whoever asks here believes. */
    public static ServerProcess start(Path directory, Map<String, String> environment, TestAuthority authority) {
        return start(directory, environment, authority, List.of());
    }

    /**
     * The same behind a command that runs another.
     *
     * @param before for example {@code ip netns exec name}; the server may then be out of this process's reach
     */
    public static ServerProcess start(Path directory, Map<String, String> environment, List<String> before) {
        return start(directory, environment, TestAuthority.create("demo"), before);
    }

    private static ServerProcess start(
            Path directory, Map<String, String> environment, TestAuthority authority, List<String> before) {
        if (!Files.isExecutable(LAUNCHER)) {
            throw new AssertionError(LAUNCHER + " is missing: run ./mvnw -DskipTests package first");
        }
        try {
            int port = freePort();
            Path certificates = Files.createDirectories(directory.resolve("certs"));
            Map<String, String> all = new HashMap<>();
            all.put("CONNAISSEUR_HOST", "127.0.0.1");
            all.put("CONNAISSEUR_PORT", Integer.toString(port));
            all.put("CONNAISSEUR_CERTS_DIR", certificates.toString());
            all.put("WLP_OUTPUT_DIR", directory.resolve("output").toString());
            all.put("LOG_DIR", directory.resolve("logs").toString());
            all.putAll(environment);
            SSLContext trust = authority.trust();
            authority.writePair(certificates);
            Path console = directory.resolve("console.log");
            List<String> command = new ArrayList<>(before);
            command.addAll(List.of(LAUNCHER.toString(), "run", "connaisseur"));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(console.toFile());
            builder.environment().putAll(all);
            return new ServerProcess(
                    builder.start(),
                    port,
                    console,
                    HttpClient.newBuilder()
                            .sslContext(trust)
                            .connectTimeout(Duration.ofSeconds(5))
                            .build());
        } catch (IOException e) {
            throw new AssertionError("the server could not be started", e);
        }
    }

    public int port() {
        return port;
    }

    /** Believes the server's certificate. */
    public SSLContext trust() {
        return http.sslContext();
    }

    /** Waits for {@code /health/ready} to answer 200; ends the server and fails with the console's text otherwise. */
    public ServerProcess awaitReady(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        String last = "nobody asked";
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                HttpResponse<String> answer = get("/health/ready");
                if (answer.statusCode() == 200) {
                    return this;
                }
                last = answer + " " + answer.body();
            } catch (AssertionError refused) {
                last = String.valueOf(refused.getCause());
            }
            pause();
        }
        String said = console();
        close();
        throw new AssertionError("not ready within " + limit + ", but " + last + ":\n" + said);
    }

    /** The status of a GET, or 0 while nobody answers. */
    public int status(String path) {
        try {
            return get(path).statusCode();
        } catch (AssertionError refused) {
            return 0;
        }
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    /** Posts an admission review as the API server does. */
    public HttpResponse<String> review(String json) {
        return send(HttpRequest.newBuilder(uri("/mutate?timeout=30s"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json, StandardCharsets.UTF_8)));
    }

    /** Posts the review of a final object as the API server does. */
    public HttpResponse<String> validate(String json) {
        return send(HttpRequest.newBuilder(uri("/validate?timeout=30s"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json, StandardCharsets.UTF_8)));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(40)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("no answer from the server", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public URI uri(String path) {
        return URI.create("https://localhost:" + port + path);
    }

    /** Everything the process has printed so far. */
    public String console() {
        try {
            return Files.readString(console);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends SIGTERM to the Java process, as a kubelet does. */
    public void terminate() {
        java().forEach(ProcessHandle::destroy);
    }

    /** What the Java process has spent so far. */
    public Duration cpu() {
        return java().getFirst().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** How many bytes of memory are the Java process's, its share of shared ones counted (Pss). */
    public long resident() {
        Path rollup = Path.of("/proc", Long.toString(java().getFirst().pid()), "smaps_rollup");
        try (Stream<String> lines = Files.lines(rollup)) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public boolean running() {
        return process.isAlive();
    }

    /** Waits for the end and gives the exit code. */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("still running after " + limit + ":\n" + console());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The Java process under the launcher's shell, or the process itself where the shell gave way to it. */
    private List<ProcessHandle> java() {
        List<ProcessHandle> children = process.descendants().toList();
        return children.isEmpty() ? List.of(process.toHandle()) : children;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> handles = java();
        handles.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        http.close();
    }
}

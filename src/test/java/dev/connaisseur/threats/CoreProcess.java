package dev.connaisseur.threats;

import jakarta.json.Json;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The engine of one test class in a process of its own, with the shipped server's JVM options but a heap of only {@link #HEAP_MB} MiB:
 * who needs more than that ends the process, and with it the test. While a trial is open, an honest request is put to it again and again.
 * What each row of the catalogue cost is printed, and left for the ledger. A static field of the test class:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final CoreProcess CORE = new CoreProcess();
 * }</pre>
 */
final class CoreProcess implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    /** What Liberty leaves us of the 256 MiB that the shipped server has; a third of its container's limit. */
    static final int HEAP_MB = 160;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    private final RowLedger ledger = new RowLedger();
    private @Nullable Process process;
    private Path console = Path.of("nowhere");
    private int port;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path directory = Files.createDirectories(Path.of("target/threats"));
        console = directory.resolve(context.getRequiredTestClass().getSimpleName() + ".log");
        Process started =
                new ProcessBuilder(command()).redirectError(console.toFile()).start();
        process = started;
        String line = started.inputReader().readLine();
        if (line == null) {
            throw ended();
        }
        port = Integer.parseInt(line);
    }

    private static List<String> command() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Files.readAllLines(Path.of("liberty/jvm.options")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(command::add);
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-javaagent:") && argument.contains("jacoco"))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xmx" + HEAP_MB + "m", "-XX:TieredStopAtLevel=1", "-cp", classPath(), CoreServer.class.getName()));
        return command;
    }

    private static String classPath() {
        String own = System.getProperty("java.class.path");
        return CoreProcess.class.getClassLoader() instanceof URLClassLoader loader
                ? Stream.concat(Arrays.stream(loader.getURLs()).map(URL::getPath), Stream.of(own))
                        .collect(Collectors.joining(File.pathSeparator))
                : own;
    }

    private AssertionError ended() {
        try {
            String said = Files.readString(console);
            Process started = process;
            String last = started == null || started.isAlive()
                    ? "goes on"
                    : started.inputReader().lines().collect(Collectors.joining("\n"));
            return new AssertionError("the engine's process does not answer: " + last + "\n"
                    + said.substring(Math.max(0, said.length() - 2000)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        ledger.begin(context.getTestMethod()
                .map(method -> method.getAnnotation(Row.class))
                .map(Row::value)
                .orElse(new int[0]));
        ask("begin", BodyPublishers.noBody());
    }

    /** What goes on is a case of this row. */
    void row(int row) {
        ledger.begin(row);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        String[] heap = ask("heap", BodyPublishers.noBody()).body().split(" ", 2);
        ledger.end(Long.parseLong(heap[0]), Long.parseLong(heap[1]));
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        Process started = process;
        if (started != null) {
            started.outputWriter().close();
            if (!started.waitFor(20, TimeUnit.SECONDS)) {
                started.destroyForcibly();
            }
        }
        http.close();
        ledger.write(context.getRequiredTestClass().getSimpleName());
    }

    /**
     * Opens an engine.
     *
     * @param directory gets {@code config.yaml}; {@code secrets} below it may hold logins
     * @param honest an image that is to be admitted all the time
     * @param environment more variables of the process, in pairs
     * @throws Refused if the configuration is refused
     */
    Trial open(Path directory, String configuration, String honest, String... environment) {
        HttpResponse<String> answer = ask(
                "open",
                BodyPublishers.ofString(Json.createObjectBuilder()
                        .add("directory", directory.toString())
                        .add("configuration", configuration)
                        .add("environment", Json.createArrayBuilder(List.of(environment)))
                        .build()
                        .toString()));
        if (answer.statusCode() == 422) {
            ledger.refused();
            throw new Refused(answer.body());
        }
        return new CoreTrial(this, answer.body(), honest);
    }

    /** The configuration cannot be used. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Refused(String message) {
            super(message);
        }
    }

    RowLedger ledger() {
        return ledger;
    }

    HttpRequest request(String path, HttpRequest.BodyPublisher body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + path))
                .timeout(Duration.ofMinutes(2))
                .POST(body)
                .build();
    }

    HttpClient http() {
        return http;
    }

    HttpResponse<String> ask(String path, HttpRequest.BodyPublisher body) {
        try {
            HttpResponse<String> answer = http.send(request(path, body), BodyHandlers.ofString());
            if (answer.statusCode() != 200 && answer.statusCode() != 422) {
                throw new AssertionError(path + " gave " + answer.statusCode());
            }
            return answer;
        } catch (IOException e) {
            throw ended();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}

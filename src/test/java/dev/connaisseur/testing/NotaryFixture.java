package dev.connaisseur.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A notary server on a loopback port: role files in memory, as they are put, an access log, and faults on demand. It verifies
 * nothing, so it can hold whatever a hostile server would.
 */
public final class NotaryFixture implements AutoCloseable {
    static {
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final Pattern FILE = Pattern.compile("/v2/(.+)/_trust/tuf/(.+)\\.json");

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();
    private final List<Access> log = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final RegistryAuth auth;
    private final HttpServer server;

    private NotaryFixture(InetSocketAddress address, @Nullable SSLContext tls, RegistryAuth auth) {
        this.auth = auth;
        try {
            if (tls == null) {
                server = HttpServer.create(address, 0);
            } else {
                HttpsServer secure = HttpsServer.create(address, 0);
                secure.setHttpsConfigurator(new HttpsConfigurator(tls));
                server = secure;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    /** A running server: plain http, no authentication, empty. */
    public static NotaryFixture open() {
        return open(null, RegistryAuth.none());
    }

    public static NotaryFixture open(@Nullable SSLContext tls, RegistryAuth auth) {
        return open(0, tls, auth);
    }

    /** On a port of the caller's choice. */
    public static NotaryFixture open(int port, @Nullable SSLContext tls, RegistryAuth auth) {
        return open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), tls, auth);
    }

    /** At an address of the caller's choice. */
    public static NotaryFixture open(InetSocketAddress address, @Nullable SSLContext tls, RegistryAuth auth) {
        return new NotaryFixture(address, tls, auth);
    }

    /** Replaces a repository. */
    public NotaryFixture put(String repository, Map<String, byte[]> roles) {
        files.keySet().removeIf(file -> file.startsWith(repository + " "));
        roles.forEach((file, bytes) -> put(repository, file, bytes));
        return this;
    }

    /**
     * Puts one file.
     *
     * @param file without {@code .json}: {@code targets/releases}, {@code 1.root}
     */
    public NotaryFixture put(String repository, String file, byte[] bytes) {
        files.put(repository + " " + file, bytes.clone());
        return this;
    }

    public NotaryFixture remove(String repository, String file) {
        files.remove(repository + " " + file);
        return this;
    }

    /** All {@code .json} files below a directory, by their names without it. */
    public static Map<String, byte[]> read(Path directory) {
        Map<String, byte[]> read = new java.util.TreeMap<>();
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                String name = directory.relativize(file).toString().replace('\\', '/');
                read.put(name.substring(0, name.length() - ".json".length()), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read;
    }

    /** Requests for this file meet the fault, after authentication. */
    public void on(String repository, String file, Fault fault) {
        faults.put(repository + " " + file, fault);
    }

    public void clearFaults() {
        faults.clear();
    }

    public List<Access> log() {
        return List.copyOf(log);
    }

    /** The files that were asked for and not refused, in order, as {@code repository file}. */
    public List<String> served() {
        return log.stream()
                .filter(access -> access.status() != 401 && !access.token())
                .map(access -> FILE.matcher(access.path()))
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1) + " " + matcher.group(2))
                .toList();
    }

    public void clearLog() {
        log.clear();
    }

    public String host() {
        return "localhost:" + server.getAddress().getPort();
    }

    /** What a validator's {@code host} holds. */
    public String base() {
        return (server instanceof HttpsServer ? "https://" : "http://") + host();
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/token")) {
            send(exchange, auth.token(exchange, EmbeddedRegistry.parameter(exchange, "scope")));
            return;
        }
        Matcher file = FILE.matcher(path);
        boolean known = file.matches();
        String repository = known ? file.group(1) : "";
        var challenge = auth.challenge(exchange, repository, base());
        if (challenge.isPresent()) {
            send(exchange, challenge.get());
            return;
        }
        String name = known ? repository + " " + file.group(2) : "";
        byte[] content = files.get(name);
        Answer usual = content == null
                ? Answer.of(404, "{\"errors\":[{\"code\":\"METADATA_NOT_FOUND\"}]}")
                : new Answer(200, Map.of("Content-Type", "application/json"), content);
        Fault fault = faults.get(name);
        if (fault == null) {
            send(exchange, usual);
        } else {
            fault.answer(new LoggedExchange(exchange, status -> record(exchange, status)), usual, end);
        }
    }

    private void send(HttpExchange exchange, Answer answer) throws IOException {
        record(exchange, answer.status());
        answer.send(exchange);
    }

    private void record(HttpExchange exchange, int status) {
        log.add(new Access(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                status,
                exchange.getRequestHeaders().containsKey("Authorization")));
    }
}

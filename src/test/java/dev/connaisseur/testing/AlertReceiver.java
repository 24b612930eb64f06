package dev.connaisseur.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A loopback HTTP server that takes alerts and remembers them. {@code /status/<n>} answers with that status, {@code /redirect} sends
 * on to {@code /elsewhere}, {@code /held} answers when {@link #release} is called; everything else is content.
 */
public final class AlertReceiver implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Alert> alerts = new LinkedBlockingQueue<>();
    private final CountDownLatch held = new CountDownLatch(1);

    /** One request as it came. */
    public record Alert(String method, String path, Map<String, String> headers, String body) {}

    private AlertReceiver(HttpServer server) {
        this.server = server;
    }

    public static AlertReceiver open() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            AlertReceiver receiver = new AlertReceiver(server);
            server.setExecutor(receiver.threads);
            server.createContext("/", receiver::take);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url(String path) {
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    /** The next alert, waiting for it. */
    public Alert next() throws InterruptedException {
        Alert alert = alerts.poll(60, TimeUnit.SECONDS);
        if (alert == null) {
            throw new AssertionError("no alert came");
        }
        return alert;
    }

    /** What came and was not taken by {@link #next}. */
    public List<Alert> rest() {
        return List.copyOf(alerts);
    }

    /** Lets {@code /held} answer. */
    public void release() {
        held.countDown();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(", ", values)));
            String path = exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            alerts.add(new Alert(exchange.getRequestMethod(), path, headers, body));
            answer(exchange, path);
        }
    }

    private void answer(HttpExchange exchange, String path) throws IOException {
        if (path.startsWith("/status/")) {
            exchange.sendResponseHeaders(Integer.parseInt(path.substring("/status/".length())), -1);
        } else if (path.equals("/redirect")) {
            exchange.getResponseHeaders().set("Location", url("/elsewhere"));
            exchange.sendResponseHeaders(307, -1);
        } else {
            if (path.equals("/held")) {
                awaitRelease();
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void awaitRelease() {
        try {
            if (!held.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody released it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
    }
}

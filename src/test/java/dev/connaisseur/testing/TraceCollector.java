package dev.connaisseur.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/** A loopback collector that takes traces by OTLP over HTTP in protocol buffers, and remembers every path that was asked for. */
public final class TraceCollector implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Span> spans = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> paths = new LinkedBlockingQueue<>();

    private TraceCollector(HttpServer server) {
        this.server = server;
    }

    public static TraceCollector open() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            TraceCollector collector = new TraceCollector(server);
            server.setExecutor(collector.threads);
            server.createContext("/", collector::take);
            server.start();
            return collector;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code OTEL_EXPORTER_OTLP_ENDPOINT} names. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** All spans from here on up to the first such one, waiting for it. */
    public List<Span> upTo(Predicate<Span> last) throws InterruptedException {
        List<Span> taken = new ArrayList<>();
        while (taken.isEmpty() || !last.test(taken.getLast())) {
            Span next = spans.poll(60, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("the span did not come, only " + taken);
            }
            taken.add(next);
        }
        return List.copyOf(taken);
    }

    /** Where something was sent. */
    public List<String> paths() {
        return paths.stream().distinct().toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            paths.add(exchange.getRequestURI().getPath());
            byte[] body = exchange.getRequestBody().readAllBytes();
            ExportTraceServiceRequest.parseFrom(plain(exchange, body)).getResourceSpansList().stream()
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .flatMap(scope -> scope.getSpansList().stream())
                    .forEach(spans::add);
            byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
        }
    }

    private static InputStream plain(HttpExchange exchange, byte[] body) throws IOException {
        InputStream sent = new ByteArrayInputStream(body);
        boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        return zipped ? new GZIPInputStream(sent) : sent;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

package dev.connaisseur.testing;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** What the registry would say to a request, before a {@link Fault} has its way with it. */
public final class Answer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    public Answer(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = new TreeMap<>(headers);
        this.body = body.clone();
    }

    public static Answer of(int status, String json) {
        return new Answer(status, Map.of("Content-Type", "application/json"), json.getBytes(StandardCharsets.UTF_8));
    }

    public int status() {
        return status;
    }

    public Map<String, String> headers() {
        return new TreeMap<>(headers);
    }

    public byte[] body() {
        return body.clone();
    }

    public Answer with(byte[] otherBody) {
        return new Answer(status, headers, otherBody);
    }

    public Answer with(String header, String value) {
        Map<String, String> more = headers();
        more.put(header, value);
        return new Answer(status, more, body);
    }

    /** Sends this answer, without the body for HEAD. */
    public void send(HttpExchange exchange) throws IOException {
        sendHeaders(exchange, body.length);
        if (!exchange.getRequestMethod().equals("HEAD") && body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    /**
     * Sends status and headers only.
     *
     * @param length the announced length of the body; 0 announces a chunked body to the JDK's server, so none is -1
     */
    void sendHeaders(HttpExchange exchange, long length) throws IOException {
        headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
        }
        exchange.sendResponseHeaders(status, head || length == 0 ? -1 : length);
    }
}

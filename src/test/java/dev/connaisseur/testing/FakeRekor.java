package dev.connaisseur.testing;

import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** The part of Rekor's API that finds entries by the entry that somebody would make: it must be the same to the last member. */
public final class FakeRekor implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, JsonObject> entries = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int status = 200;

    private FakeRekor(HttpServer server) {
        this.server = server;
    }

    public static FakeRekor serve() {
        try {
            FakeRekor rekor =
                    new FakeRekor(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            rekor.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            rekor.server.createContext("/api/v1/log/entries/retrieve", exchange -> {
                try (exchange) {
                    byte[] answer = rekor.answer(exchange.getRequestBody().readAllBytes());
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(rekor.status, answer.length);
                    exchange.getResponseBody().write(answer);
                }
            });
            rekor.server.start();
            return rekor;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers with this entry where this body is asked for. */
    public void add(JsonObject body, JsonObject answered) {
        entries.put(body.toString(), answered);
    }

    public void status(int other) {
        status = other;
    }

    /** The bodies that were asked for. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    private byte[] answer(byte[] question) {
        JsonArrayBuilder found = Json.createArrayBuilder();
        try (var reader = Json.createReader(new ByteArrayInputStream(question))) {
            for (JsonValue proposed : reader.readObject().getJsonArray("entries")) {
                asked.add(proposed.toString());
                JsonObject entry = entries.get(proposed.toString());
                if (entry != null) {
                    found.add(entry);
                }
            }
        }
        return found.build().toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

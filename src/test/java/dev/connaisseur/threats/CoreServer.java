package dev.connaisseur.threats;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.connaisseur.config.ConfigException;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Trials in a process of their own, for {@link CoreProcess}. Prints its loopback port and ends with its standard input. */
final class CoreServer {
    private final Map<String, EngineTrial> trials = new ConcurrentHashMap<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final HeapUse heap = new HeapUse();

    private CoreServer() {}

    public static void main(String[] arguments) throws IOException {
        CoreServer core = new CoreServer();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", core::answer);
        server.start();
        System.out.println(server.getAddress().getPort());
        while (System.in.read() >= 0) {}
        System.exit(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().substring(1).split("/", 3);
        byte[] body = exchange.getRequestBody().readAllBytes();
        int status = 200;
        String said;
        try {
            said = switch (path[0]) {
                case "open" -> open(body);
                case "send" ->
                    text(trial(path[1])
                            .send(Duration.ofMillis(Long.parseLong(path[2])), body)
                            .join());
                case "series" -> String.valueOf(trial(path[1]).series());
                case "close" -> close(path[1]);
                case "begin" -> heap.begin();
                default -> heap.read();
            };
        } catch (ConfigException e) {
            status = 422;
            said = String.valueOf(e.getMessage());
        } catch (Trial.Unreadable e) {
            status = 400;
            said = String.valueOf(e.getMessage());
        }
        byte[] bytes = said.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private EngineTrial trial(String id) {
        return Objects.requireNonNull(trials.get(id));
    }

    private String open(byte[] body) {
        JsonObject asked = Json.createReader(new ByteArrayInputStream(body)).readObject();
        EngineTrial trial = EngineTrial.open(
                Path.of(asked.getString("directory")),
                asked.getString("configuration"),
                asked.getJsonArray("environment").getValuesAs(JsonString.class).stream()
                        .map(JsonString::getString)
                        .toArray(String[]::new));
        String id = String.valueOf(opened.incrementAndGet());
        trials.put(id, trial);
        return id;
    }

    private String close(String id) {
        trial(id).close();
        trials.remove(id);
        return "";
    }

    private static String text(Trial.Answer answer) {
        return Json.createObjectBuilder()
                .add("allowed", answer.allowed())
                .add("message", answer.message())
                .add("reasons", array(answer.reasons().stream().map(Enum::name).toList()))
                .add("patched", array(answer.patched()))
                .add("response", answer.response())
                .build()
                .toString();
    }

    private static JsonArray array(Iterable<String> texts) {
        var array = Json.createArrayBuilder();
        texts.forEach(array::add);
        return array.build();
    }
}

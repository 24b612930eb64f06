package dev.connaisseur.cluster;

import dev.connaisseur.testing.TestAuthority;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Plain requests to the API server as an administrator, where kubectl would be too slow or knows no such command. */
final class ApiClient implements AutoCloseable {
    private final URI server;
    private final String token;
    private final HttpClient http;

    ApiClient(URI server, TestAuthority authority, String token) {
        this.server = server;
        this.token = token;
        http = HttpClient.newBuilder()
                .sslContext(authority.trust())
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    /** Whether a GET of this address is answered with 200. */
    boolean answers(URI uri) {
        try {
            return send(HttpRequest.newBuilder(uri).GET()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The object at this path, which must be there. */
    JsonObject get(String path) {
        return find(path).orElseThrow(() -> new AssertionError(path + " is not there"));
    }

    /** The object at this path, if it is there. */
    Optional<JsonObject> find(String path) {
        HttpResponse<String> answer =
                done(HttpRequest.newBuilder(server.resolve(path)).GET());
        if (answer.statusCode() == 404) {
            return Optional.empty();
        }
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return Optional.of(object(answer));
    }

    /** Tries to create an object; the answer is an object, too, if it is refused. */
    HttpResponse<String> attempt(String path, String object) {
        return done(HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(object)));
    }

    /** Creates an object; fails unless it was created. */
    JsonObject post(String path, String object) {
        HttpResponse<String> answer = attempt(path, object);
        if (answer.statusCode() != 201) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return object(answer);
    }

    private static JsonObject object(HttpResponse<String> answer) {
        try (var reader = Json.createReader(new StringReader(answer.body()))) {
            return reader.readObject();
        }
    }

    /** Merges into the status of an object, if it still is there. */
    void patchStatus(String path, String status) {
        patch(path + "/status", status);
    }

    /** Merges into an object, if it still is there. */
    void patch(String path, String change) {
        HttpResponse<String> answer = done(HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/strategic-merge-patch+json")
                .method("PATCH", BodyPublishers.ofString(change)));
        if (answer.statusCode() != 200 && answer.statusCode() != 404) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    void delete(String path) {
        done(HttpRequest.newBuilder(server.resolve(path)).DELETE());
    }

    private HttpResponse<String> done(HttpRequest.Builder request) {
        try {
            return send(request);
        } catch (IOException e) {
            throw new AssertionError("the API server did not answer", e);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(
                    request.timeout(Duration.ofSeconds(60))
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

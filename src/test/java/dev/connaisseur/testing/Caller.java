package dev.connaisseur.testing;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/** Asks a loopback port for verdicts as an API server does, on connections that it keeps for as long as the other side does. */
public final class Caller implements AutoCloseable {
    private static final int SECONDS = 30;
    private final HttpClient http;
    private final URI address;
    private final AtomicLong uids = new AtomicLong();

    private Caller(HttpClient http, URI address) {
        this.http = http;
        this.address = address;
    }

    public static Caller of(int port, SSLContext trust) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trust)
                .build();
        return new Caller(http, URI.create("https://localhost:" + port + "/mutate?timeout=" + SECONDS + "s"));
    }

    /** Asks, and does not wait; it always comes to a sample. */
    public CompletableFuture<Sample> begin(KnownImage image) {
        String uid = "call-" + uids.incrementAndGet();
        long begun = System.nanoTime();
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(Duration.ofSeconds(2 * SECONDS))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        Reviews.create("Pod", uid, image.reference()).toString(), StandardCharsets.UTF_8))
                .build();
        return http.sendAsync(request, BodyHandlers.ofString())
                .thenApply(answer -> Sample.judged(image, uid, begun, answer.statusCode(), answer.body()))
                .exceptionally(failure -> Sample.unanswered(image, begun, failure.toString()));
    }

    public Sample ask(KnownImage image) {
        return begin(image).join();
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}

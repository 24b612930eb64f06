package dev.connaisseur.http;

import dev.connaisseur.http.LookupException.Kind;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends one request and reads one answer, both inside a deadline. Never follows a redirect, never decodes, never retries on its
 * own, speaks plain http with this machine only. Shared by the whole process; connections are pooled per {@link TlsTrust}.
 */
public final class HttpTransport implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(500);

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("http-", 0).factory());
    private final Patience patience;
    private final ClientPool clients;

    public HttpTransport() {
        this(Patience.DEFAULT);
    }

    public HttpTransport(Patience patience) {
        this.patience = patience;
        this.clients = new ClientPool(threads, patience.connect());
    }

    /**
     * Sends a request and waits for the whole answer. Any status is an answer.
     *
     * @throws LookupException if no complete answer came, or none that we accept
     */
    public HttpAnswer send(HttpCall call, Deadline deadline) {
        HostPort server = HostPort.of(call.uri())
                .orElseThrow(() -> new FinalException(
                        Kind.FORBIDDEN, call.host(), call.host() + " is no address of an http or https server"));
        boolean secure = call.uri().getScheme().toLowerCase(Locale.ROOT).equals("https");
        if (call.uri().getRawUserInfo() != null || (!secure && !server.loopback())) {
            throw new FinalException(Kind.FORBIDDEN, call.host(), "we speak https only with " + call.host());
        }
        long start = System.nanoTime();
        Deadline own = deadline.within(patience.whole());
        if (own.passed()) {
            throw Failures.timedOut(call.host(), Duration.ZERO);
        }
        BoundedBody body = new BoundedBody(call.bodyLimit());
        CompletableFuture<HttpResponse<byte[]>> pending =
                clients.of(call.trust()).sendAsync(request(call, secure, own), body);
        try {
            HttpResponse<byte[]> answer = await(pending, body, own);
            return new HttpAnswer(answer.statusCode(), answer.headers(), answer.body());
        } catch (ExecutionException e) {
            throw Failures.of(e, call.host(), since(start));
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw Failures.timedOut(call.host(), since(start));
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw Failures.timedOut(call.host(), since(start));
        }
    }

    /** The JDK's own limit ends with the headers; this one covers the body, as a whole and between its pieces. */
    private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> pending, BoundedBody body, Deadline own)
            throws ExecutionException, InterruptedException, TimeoutException {
        while (true) {
            long left = own.remaining().toNanos();
            long wait = Math.min(left, TICK.toNanos());
            try {
                return pending.get(wait, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                OptionalLong last = body.lastBytes();
                boolean silent = last.isPresent()
                        && System.nanoTime() - last.getAsLong()
                                > patience.silence().toNanos();
                if (own.passed() || silent) {
                    throw e;
                }
            }
        }
    }

    private HttpRequest request(HttpCall call, boolean secure, Deadline own) {
        Duration headers = own.within(patience.headers()).remaining();
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri())
                .version(secure ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .timeout(headers.isZero() ? Duration.ofMillis(1) : headers)
                .setHeader("User-Agent", "connaisseur")
                .setHeader("Accept-Encoding", "identity")
                .method(
                        call.method(),
                        call.body().map(BodyPublishers::ofByteArray).orElseGet(BodyPublishers::noBody));
        call.headers().forEach(request::setHeader);
        return request.build();
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Breaks off what is still running. */
    @Override
    public void close() {
        clients.close();
        threads.shutdownNow();
    }
}

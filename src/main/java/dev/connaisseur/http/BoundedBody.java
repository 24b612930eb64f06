package dev.connaisseur.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Collects one answer's body and gives up on it: at the byte limit, at once where the announced length or the headers are already
 * too much. Remembers when the last bytes came, for the caller who waits.
 */
final class BoundedBody implements BodyHandler<byte[]>, BodySubscriber<byte[]> {
    private static final int MAX_HEADERS = 200;
    private static final int MAX_HEADER_BYTES = 64 << 10;

    private final int limit;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private volatile @Nullable Subscription subscription;
    private volatile long lastBytes;
    private @Nullable String refusal;

    BoundedBody(int limit) {
        this.limit = limit;
    }

    /** The answer is larger than we take. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLargeException(String message) {
            super(message);
        }
    }

    /** When the last piece of the body came, on the monotonic clock; empty before the headers. */
    OptionalLong lastBytes() {
        return subscription == null ? OptionalLong.empty() : OptionalLong.of(lastBytes);
    }

    @Override
    public BodySubscriber<byte[]> apply(ResponseInfo answer) {
        Map<String, List<String>> headers = answer.headers().map();
        int count = headers.values().stream().mapToInt(List::size).sum();
        long bytes = headers.entrySet().stream()
                .flatMap(header -> header.getValue().stream()
                        .map(value -> (long) header.getKey().length() + value.length() + 4))
                .mapToLong(Long::longValue)
                .sum();
        if (count > MAX_HEADERS || bytes > MAX_HEADER_BYTES) {
            refusal = "more headers than we read";
        } else if (answer.headers()
                .firstValue("Content-Length")
                .filter(this::tooLong)
                .isPresent()) {
            refusal = "more than " + limit + " bytes";
        }
        return this;
    }

    private boolean tooLong(String contentLength) {
        String digits = contentLength.strip();
        return digits.length() > 18 || (digits.matches("[0-9]+") && Long.parseLong(digits) > limit);
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Subscription given) {
        lastBytes = System.nanoTime();
        subscription = given;
        String why = refusal;
        if (why != null) {
            given.cancel();
            body.completeExceptionally(new TooLargeException(why));
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        lastBytes = System.nanoTime();
        Subscription current = subscription;
        if (current == null || body.isDone()) {
            return;
        }
        for (ByteBuffer piece : pieces) {
            if (piece.remaining() > limit - received.size()) {
                current.cancel();
                body.completeExceptionally(new TooLargeException("more than " + limit + " bytes"));
                return;
            }
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            received.writeBytes(bytes);
        }
        current.request(1);
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(received.toByteArray());
    }
}

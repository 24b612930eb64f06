package dev.connaisseur.http;

import dev.connaisseur.http.LookupException.Kind;
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
 * too much. The body of a failure is of no use to anybody, so it is cut instead. Remembers when the last bytes came, for the caller
 * who waits.
 */
final class BoundedBody implements BodyHandler<byte[]>, BodySubscriber<byte[]> {
    private static final int MAX_HEADERS = 200;
    private static final int MAX_HEADER_BYTES = 64 << 10;
    private static final int MAX_FAILURE_BYTES = 16 << 10;

    private final int limit;
    private boolean failure;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private volatile @Nullable Subscription subscription;
    private volatile long lastBytes;
    private @Nullable RefusedException refusal;

    BoundedBody(int limit) {
        this.limit = limit;
    }

    /** The answer is larger than we take, or contradicts itself. The message goes on from "<host> sent". */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;
        private final Kind kind;

        RefusedException(Kind kind, String message) {
            super(message);
            this.kind = kind;
        }

        Kind kind() {
            return kind;
        }
    }

    /** When the last piece of the body came, on the monotonic clock; empty before the headers. */
    OptionalLong lastBytes() {
        return subscription == null ? OptionalLong.empty() : OptionalLong.of(lastBytes);
    }

    @Override
    public BodySubscriber<byte[]> apply(ResponseInfo answer) {
        failure = answer.statusCode() > 299;
        Map<String, List<String>> headers = answer.headers().map();
        int count = headers.values().stream().mapToInt(List::size).sum();
        long bytes = headers.entrySet().stream()
                .flatMap(header -> header.getValue().stream()
                        .map(value -> (long) header.getKey().length() + value.length() + 4))
                .mapToLong(Long::longValue)
                .sum();
        if (count > MAX_HEADERS || bytes > MAX_HEADER_BYTES) {
            refusal = new RefusedException(Kind.TOO_LARGE, "more headers than we read");
        } else if (answer.statusCode() < 200 || answer.statusCode() > 599) {
            refusal = new RefusedException(Kind.MALFORMED, "a status that does not exist");
        } else {
            refusal = length(answer.headers().allValues("Content-Length"));
        }
        return this;
    }

    /** One length, in digits, within the limit. */
    private @Nullable RefusedException length(List<String> announced) {
        if (announced.isEmpty()) {
            return null;
        }
        String digits = announced.getFirst().strip();
        if (announced.size() > 1 || !digits.matches("[0-9]+")) {
            return new RefusedException(Kind.MALFORMED, "an unclear length");
        }
        return !failure && (digits.length() > 18 || Long.parseLong(digits) > limit) ? tooLong() : null;
    }

    private RefusedException tooLong() {
        return new RefusedException(Kind.TOO_LARGE, "more than " + limit + " bytes");
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Subscription given) {
        lastBytes = System.nanoTime();
        subscription = given;
        RefusedException why = refusal;
        if (why != null) {
            given.cancel();
            body.completeExceptionally(why);
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
            if (failure && received.size() > MAX_FAILURE_BYTES) {
                current.cancel();
                body.complete(received.toByteArray());
                return;
            }
            if (!failure && piece.remaining() > limit - received.size()) {
                current.cancel();
                body.completeExceptionally(tooLong());
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

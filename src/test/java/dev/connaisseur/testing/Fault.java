package dev.connaisseur.testing;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Something a test server does wrong on purpose. */
@FunctionalInterface
public interface Fault {

    /**
     * Answers in place of the server.
     *
     * @param usual what would have been said
     * @param end reached when the server stops; whoever stalls waits for it
     */
    void answer(HttpExchange exchange, Answer usual, CountDownLatch end) throws IOException;

    /** Says {@code answer} instead. */
    static Fault instead(Answer answer) {
        return (exchange, usual, end) -> answer.send(exchange);
    }

    /** Changes the usual answer, e.g. a header of it. */
    static Fault changed(UnaryOperator<Answer> change) {
        return (exchange, usual, end) -> change.apply(usual).send(exchange);
    }

    static Fault status(int status) {
        return instead(Answer.of(status, "{\"errors\":[{\"code\":\"UNAVAILABLE\",\"message\":\"made by a test\"}]}"));
    }

    static Fault status(int status, String header, String value) {
        return instead(Answer.of(status, "{}").with(header, value));
    }

    /** One status after the other, then the usual answers; 200 stands for the usual answer. */
    static Fault statuses(int... sequence) {
        AtomicInteger next = new AtomicInteger();
        return (exchange, usual, end) -> {
            int turn = next.getAndIncrement();
            if (turn < sequence.length && sequence[turn] != 200) {
                status(sequence[turn]).answer(exchange, usual, end);
            } else {
                usual.send(exchange);
            }
        };
    }

    /** Only the first {@code times} requests meet the fault. */
    static Fault first(int times, Fault fault) {
        AtomicInteger met = new AtomicInteger();
        return (exchange, usual, end) -> {
            if (met.getAndIncrement() < times) {
                fault.answer(exchange, usual, end);
            } else {
                usual.send(exchange);
            }
        };
    }

    static Fault redirect(String location) {
        return instead(new Answer(307, Map.of("Location", location), new byte[0]));
    }

    /** Other bytes under the same headers. */
    static Fault bytes(byte[] other) {
        return changed(usual -> usual.with(other));
    }

    /** One bit of the body flipped. */
    static Fault flippedBit(int bit) {
        return changed(usual -> {
            byte[] body = usual.body();
            body[bit / 8] ^= (byte) (1 << (bit % 8));
            return usual.with(body);
        });
    }

    /** Lies about the digest. */
    static Fault digestHeader(String digest) {
        return changed(usual -> usual.with("Docker-Content-Digest", digest));
    }

    /** Says nothing at all. */
    static Fault stallBeforeHeaders() {
        return (exchange, usual, end) -> {
            await(end);
            exchange.close();
        };
    }

    /** Sends headers and {@code sent} bytes of the body, then nothing more. */
    static Fault stallInBody(int sent) {
        return (exchange, usual, end) -> {
            usual.sendHeaders(exchange, usual.body().length);
            OutputStream out = exchange.getResponseBody();
            out.write(usual.body(), 0, sent);
            out.flush();
            await(end);
            exchange.close();
        };
    }

    /** Announces the whole body, sends {@code sent} bytes of it and hangs up. */
    static Fault truncated(int sent) {
        return (exchange, usual, end) -> {
            usual.sendHeaders(exchange, usual.body().length);
            OutputStream out = exchange.getResponseBody();
            out.write(usual.body(), 0, sent);
            out.flush();
            exchange.close();
        };
    }

    /** A body that never ends, in chunks, as fast as the other side reads. */
    static Fault endlessBody() {
        return (exchange, usual, end) -> {
            usual.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = new byte[8192];
            OutputStream out = exchange.getResponseBody();
            while (end.getCount() > 0) {
                out.write(chunk);
            }
        };
    }

    private static void await(CountDownLatch end) throws IOException {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the test server stops", e);
        }
    }
}

package dev.connaisseur.threats;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connaisseur.testing.Reviews;
import dev.connaisseur.validator.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An engine with retries under one configuration: what the server runs, without the server. */
interface Trial extends AutoCloseable {
    /**
     * Any review, decided within so long.
     *
     * @throws Unreadable if it is none, which the server answers with status 400
     */
    CompletableFuture<Answer> send(Duration limit, byte[] review);

    /** How many series there are on the page of metrics. */
    int series();

    @Override
    void close();

    default CompletableFuture<Answer> send(Duration limit, String review) {
        return send(limit, review.getBytes(UTF_8));
    }

    /** A Pod of these images, decided within so long. */
    default Answer ask(Duration limit, String... images) {
        return send(limit, Reviews.create("Pod", "uid", images).toString()).join();
    }

    /** The review cannot be read. */
    final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    /**
     * A decision and what it took.
     *
     * @param message why not; empty where there is none
     * @param reasons why each refused image was refused, in order
     * @param patched the patched images, in the order of the operations
     * @param response the whole answer to the API server, JSON
     */
    record Answer(
            boolean allowed,
            String message,
            List<Reason> reasons,
            List<String> patched,
            String response,
            Duration time) {
        public Answer {
            reasons = List.copyOf(reasons);
            patched = List.copyOf(patched);
        }
    }
}

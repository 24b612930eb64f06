package dev.connaisseur.http;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** What one {@link Gate} knows about one server: the way there, how connecting went last, and how much the server may send. */
final class Passage {
    /** Handshakes and the like, per connection. */
    private static final long BASE = 256 << 10;

    /** Headers and framing, per answer. */
    private static final long PER_ANSWER = 192 << 10;

    private final AtomicReference<Route> route;
    private final AtomicReference<Outcome> outcome = new AtomicReference<>(Outcome.UNTRIED);
    private final AtomicLong expected = new AtomicLong();

    /** How the last try to connect went. */
    enum Outcome {
        UNTRIED,
        CONNECTED,
        REFUSED,
        TIMED_OUT,
        REFUSED_BY_PROXY
    }

    Passage(Route route) {
        this.route = new AtomicReference<>(route);
    }

    /** One more request goes this way, for an answer of at most this many bytes. */
    void admit(Route checked, int bodyLimit) {
        route.set(checked);
        expected.addAndGet(bodyLimit + PER_ANSWER);
    }

    Route route() {
        return Objects.requireNonNull(route.get());
    }

    Outcome outcome() {
        return Objects.requireNonNull(outcome.get());
    }

    Socket connect(Duration limit) throws IOException {
        try {
            Socket socket = route().connect(limit);
            outcome.set(Outcome.CONNECTED);
            return socket;
        } catch (SocketTimeoutException e) {
            outcome.set(Outcome.TIMED_OUT);
            throw e;
        } catch (Route.ProxyRefusedException e) {
            outcome.set(Outcome.REFUSED_BY_PROXY);
            throw e;
        } catch (IOException e) {
            outcome.set(Outcome.REFUSED);
            throw e;
        }
    }

    /** Counts one connection's bytes from now on. */
    Meter meter() {
        return new Meter(expected.get());
    }

    /**
     * Ends a connection on which the server sends far more than was ever asked for: floods of frames that are no answer cost us
     * nothing but this count.
     */
    final class Meter {
        private final long before;
        private long received;

        private Meter(long before) {
            this.before = before;
        }

        /** False once the server has sent more than all answers since this connection began could have. */
        boolean count(int bytes) {
            received += bytes;
            // The request that this connection was made for was counted before it.
            return received <= BASE + HttpCall.MAX_LIMIT + expected.get() - before;
        }
    }
}

package dev.connaisseur.keys;

import dev.connaisseur.cloud.Exchange;
import dev.connaisseur.cloud.Exchange.Fetch;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.trust.UnusableKeyException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One key, fetched by one at a time. A key that is due is asked for again; who says no is believed at once, who does not answer is not
 * held against it for an hour.
 */
final class HeldKey {
    /** For one fetch, whoever waits for it. */
    private static final Duration BUDGET = Duration.ofSeconds(12);

    /** How long a request waits for a newer key where an older one may still be used. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration NEXT_TRY = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofHours(1);

    private final String text;
    private final KeySource source;
    private final Fetch fetch;
    private final Duration refresh;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Known known;
    private @Nullable FutureTask<PublicKey> asking;

    /**
     * What came last.
     *
     * @param due when to ask again, by the monotonic clock
     * @param end when it may not be used any more
     */
    private record Known(PublicKey key, long due, long end) {}

    HeldKey(String text, KeySource source, Fetch fetch, Duration refresh, LongSupplier nanoTime) {
        this.text = text;
        this.source = source;
        this.fetch = fetch;
        this.refresh = refresh;
        this.nanoTime = nanoTime;
    }

    /** Begins to ask, if it is time. Waits for nothing. */
    void prepare() {
        lock.lock();
        try {
            if (current().filter(this::fresh).isEmpty()) {
                asking = asked();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whatever is held has to be asked for again, and ends if nobody answers for long. */
    void due() {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            current()
                    .ifPresent(held ->
                            known = new Known(held.key, now, now + Math.min(held.end - now, GRACE.toNanos())));
        } finally {
            lock.unlock();
        }
    }

    /**
     * The key.
     *
     * @throws LookupException if it is not to be had
     * @throws UnusableKeyException if it is none that we accept
     */
    PublicKey get(Deadline deadline) {
        Optional<Known> held;
        FutureTask<PublicKey> answer;
        lock.lock();
        try {
            held = current();
            if (held.filter(this::fresh).isPresent()) {
                return held.get().key;
            }
            answer = asked();
            asking = answer;
        } finally {
            lock.unlock();
        }
        try {
            Deadline wait = held.isPresent() ? deadline.within(PATIENCE) : deadline;
            return answer.get(wait.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            return held().orElseThrow(() -> failure(e.getCause()));
        } catch (TimeoutException e) {
            return held().orElseThrow(() ->
                    new FinalException(Kind.TIMED_OUT, text, "the key " + text + " did not come in time", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FinalException(Kind.TIMED_OUT, text, "the key " + text + " did not come in time", e);
        }
    }

    private Optional<PublicKey> held() {
        lock.lock();
        try {
            return current().map(Known::key);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Known> current() {
        return Optional.ofNullable(known).filter(held -> held.end - nanoTime.getAsLong() > 0);
    }

    private boolean fresh(Known held) {
        return held.due - nanoTime.getAsLong() > 0;
    }

    /** The fetch that is under way, or one that begins now. It ends under the lock, so after whoever calls this. */
    private FutureTask<PublicKey> asked() {
        FutureTask<PublicKey> task = asking;
        if (task == null) {
            task = new FutureTask<>(this::fetch);
            Thread.ofVirtual().name("key").start(task);
        }
        return task;
    }

    private PublicKey fetch() {
        Optional<Known> next = Optional.empty();
        try {
            PublicKey key = source.fetch(new Exchange(fetch, Deadline.after(BUDGET)));
            long due = nanoTime.getAsLong() + refresh.toNanos();
            next = Optional.of(new Known(key, due, due + GRACE.toNanos()));
            return key;
        } catch (IllegalArgumentException e) { // an address or header of what somebody gave us
            throw new FinalException(Kind.MALFORMED, text, "the key " + text + " cannot be asked for", e);
        } catch (LookupException e) {
            next = definite(e) ? Optional.empty() : later();
            throw e;
        } finally {
            settle(next.orElse(null));
        }
    }

    private Optional<Known> later() {
        lock.lock();
        try {
            return current().map(held -> new Known(held.key, nanoTime.getAsLong() + NEXT_TRY.toNanos(), held.end));
        } finally {
            lock.unlock();
        }
    }

    private void settle(@Nullable Known next) {
        lock.lock();
        try {
            known = next;
            asking = null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether somebody answered, and it was a no. */
    private static boolean definite(LookupException failure) {
        return switch (failure.kind()) {
            case NOT_FOUND, UNAUTHORIZED, TOO_LARGE, MALFORMED -> true;
            case UNREACHABLE, TIMED_OUT, STATUS, FORBIDDEN, UNTRUSTED_TLS -> false;
        };
    }

    private RuntimeException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case LookupException lookup -> lookup;
            case UnusableKeyException unusable -> unusable;
            case Error error -> throw error;
            case null, default -> new IllegalStateException("the key " + text + " could not be fetched", cause);
        };
    }
}

package dev.connaisseur.validator.notation.revocation;

import dev.connaisseur.http.Deadline;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was published, for a while. Who asks first fetches, on its own thread; others wait for it as long as they may. What could not
 * be had is not asked for again at once either. Bounded by number, memory and time; the longest unused goes first.
 */
final class PublishedCache {
    static final Duration KEPT = Duration.ofHours(1);
    static final Duration FAILURE_KEPT = Duration.ofSeconds(10);

    private static final int MOST = 2000;

    private final LongSupplier nanoTime;
    private final long mostBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /** @param nanoTime a monotonic clock */
    PublishedCache(LongSupplier nanoTime, long mostBytes) {
        this.nanoTime = nanoTime;
        this.mostBytes = mostBytes;
    }

    /** What became of a fetch: {@code failure} is a sentence without full stop, empty if there is something. */
    record Fetched(@Nullable Published published, String failure) {
        int weight() {
            return published == null ? failure.length() : published.weight();
        }
    }

    private record Entry(FutureTask<Fetched> task, long begun) {
        boolean tooOld(long now) {
            Fetched fetched = task.isDone() ? done(task) : null;
            Duration kept = fetched != null && fetched.published() == null ? FAILURE_KEPT : KEPT;
            return now - begun > kept.toNanos();
        }

        long weight() {
            return task.isDone() ? done(task).weight() : 0;
        }
    }

    /**
     * What is kept under a key, or what {@code fetch} brings.
     *
     * @param key must hold all that the answer depends on, the issuer that verified it among them
     */
    Fetched get(String key, Supplier<Fetched> fetch, Deadline deadline) {
        Entry entry = entry(key, fetch);
        entry.task.run(); // nothing, if somebody else runs it already
        try {
            Fetched fetched = entry.task.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            shrink();
            return fetched;
        } catch (TimeoutException e) {
            return new Fetched(null, "there is no time left to wait for the answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Fetched(null, "waiting for the answer was broken off");
        } catch (ExecutionException e) {
            forget(key, entry);
            throw new IllegalStateException("what fetches reports failures", e);
        }
    }

    /** What is there now, without what is still being fetched, by key. */
    Map<String, Published> kept() {
        lock.lock();
        try {
            Map<String, Published> kept = new LinkedHashMap<>();
            long now = nanoTime.getAsLong();
            entries.forEach((key, entry) -> {
                Published published = entry.task.isDone() ? done(entry.task).published() : null;
                if (published != null && !entry.tooOld(now)) {
                    kept.put(key, published);
                }
            });
            return kept;
        } finally {
            lock.unlock();
        }
    }

    /** Drops what has grown too old to be of use. */
    void forget(String key) {
        lock.lock();
        try {
            entries.remove(key);
        } finally {
            lock.unlock();
        }
    }

    private Entry entry(String key, Supplier<Fetched> fetch) {
        lock.lock();
        try {
            Entry known = entries.get(key);
            long now = nanoTime.getAsLong();
            if (known != null && !known.tooOld(now)) {
                return known;
            }
            Entry made = new Entry(new FutureTask<>(fetch::get), now);
            entries.put(key, made);
            return made;
        } finally {
            lock.unlock();
        }
    }

    private void forget(String key, Entry entry) {
        lock.lock();
        try {
            entries.remove(key, entry);
        } finally {
            lock.unlock();
        }
    }

    private void shrink() {
        lock.lock();
        try {
            long bytes = entries.values().stream().mapToLong(Entry::weight).sum();
            Iterator<Entry> oldest = entries.values().iterator();
            while (oldest.hasNext() && (bytes > mostBytes || entries.size() > MOST)) {
                bytes -= oldest.next().weight();
                oldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing for a fetch that broke, which is about to be dropped. */
    private static Fetched done(FutureTask<Fetched> task) {
        return task.state() == Future.State.SUCCESS ? task.resultNow() : new Fetched(null, "");
    }
}

package dev.connaisseur.registry;

import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.http.LookupException.Kind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks everything up once, failures included. The first to ask does the work on its own thread; the others wait for it. */
final class Memo<K, V> {
    private final Map<K, FutureTask<V>> known = new ConcurrentHashMap<>();

    V get(K key, String host, Supplier<V> lookup) {
        FutureTask<V> mine = new FutureTask<>(lookup::get);
        FutureTask<V> task = known.putIfAbsent(key, mine);
        if (task == null) {
            task = mine;
            mine.run();
        }
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FinalException(Kind.TIMED_OUT, host, host + " did not answer in time", e);
        }
    }

    /** Notes what was learnt by another way. */
    void put(K key, V value) {
        FutureTask<V> done = new FutureTask<>(() -> value);
        done.run();
        known.putIfAbsent(key, done);
    }

    private static RuntimeException rethrown(@Nullable Throwable cause) {
        return switch (cause) {
            case LookupException failure -> failure;
            case RuntimeException mistake -> mistake;
            case Error error -> throw error;
            case null -> new IllegalStateException("a failure without cause");
            default -> new IllegalStateException(cause);
        };
    }
}

package dev.connaisseur.validator.notaryv1;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Does the same for several things at once, each on its own virtual thread. */
final class Parallel {
    private Parallel() {}

    /**
     * Waits for all, or until the first in the list's order fails: then the others are interrupted. Each must keep to its deadline
     * by itself.
     *
     * @return in the order of the keys
     */
    static <K, V> Map<K, V> map(List<K> keys, Function<K, V> work) {
        Map<K, V> results = new LinkedHashMap<>();
        if (keys.size() == 1) {
            results.put(keys.getFirst(), work.apply(keys.getFirst()));
            return results;
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<K, Future<V>> running = new LinkedHashMap<>();
            keys.forEach(key -> running.put(key, threads.submit(() -> work.apply(key))));
            try {
                for (Map.Entry<K, Future<V>> one : running.entrySet()) {
                    results.put(one.getKey(), one.getValue().get());
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw rethrown(e);
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted while waiting");
            }
        }
        return results;
    }

    private static RuntimeException rethrown(ExecutionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
}

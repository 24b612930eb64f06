package dev.connaisseur.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Equal work in flight is done once, on a thread of its own, whoever asked for it first and however long that one waits. A flight
 * takes nobody on board once it has come to its end: what it brought is for those who were there.
 */
public final class Flights<K, V> {
    private final Map<K, Flight<V>> open = new ConcurrentHashMap<>();
    private final Executor threads;

    /** @param threads one per flight: flights wait */
    public Flights(Executor threads) {
        this.threads = threads;
    }

    /**
     * A seat in a flight.
     *
     * @param first whether the flight was begun for it
     */
    public record Seat<V>(Flight<V> flight, boolean first) {}

    /** Takes part in the flight for this key; where there is none, {@code work} becomes one. */
    public Seat<V> board(K key, Function<Flight<V>, V> work) {
        AtomicReference<Flight<V>> mine = new AtomicReference<>();
        mine.set(new Flight<>(work, () -> open.remove(key, mine.get())));
        Flight<V> flight = open.compute(key, (k, other) -> {
            if (other == null) {
                return mine.get();
            }
            other.join();
            return other;
        });
        boolean first = flight == mine.get();
        if (first) {
            start(key, flight);
        }
        return new Seat<>(flight, first);
    }

    private void start(K key, Flight<V> flight) {
        try {
            threads.execute(flight.task());
        } catch (RejectedExecutionException closed) {
            open.remove(key, flight);
            flight.cancel();
        }
    }

    /** How many are under way. */
    public int size() {
        return open.size();
    }

    /** How many are on board of one. */
    public int passengers() {
        return open.values().stream().mapToInt(Flight::passengers).sum();
    }
}

package dev.connaisseur.cache;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Work that is under way for all who ask for it. */
public final class Flight<V> {
    private final FutureTask<V> task;
    private final AtomicInteger passengers = new AtomicInteger(1);
    private final AtomicBoolean remembered = new AtomicBoolean();

    /** @param end is run before anybody hears of the outcome */
    Flight(Function<Flight<V>, V> work, Runnable end) {
        task = new FutureTask<>(() -> {
            try {
                return work.apply(this);
            } finally {
                end.run();
            }
        });
    }

    Runnable task() {
        return task;
    }

    void join() {
        passengers.incrementAndGet();
    }

    int passengers() {
        return passengers.get();
    }

    void cancel() {
        task.cancel(true);
    }

    /**
     * Waits for the outcome and leaves, with it or without.
     *
     * @param patience how long; a flight that has ended is asked even if nothing is left of it
     * @return empty if the flight has not ended by then
     * @throws IllegalStateException if the work failed in a way that is no outcome
     */
    public Optional<V> await(Duration patience) throws InterruptedException {
        try {
            return Optional.of(task.get(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a verification failed", e.getCause());
        } finally {
            passengers.decrementAndGet();
        }
    }

    /** Whether nobody waits any more. */
    public boolean abandoned() {
        return passengers.get() == 0;
    }

    /** Somebody on board wants the outcome to be remembered. */
    public void remember() {
        remembered.set(true);
    }

    /** Whether anybody wants the outcome to be remembered. */
    public boolean isRemembered() {
        return remembered.get();
    }
}

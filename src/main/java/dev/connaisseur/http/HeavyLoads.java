package dev.connaisseur.http;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets only so many pieces of work hold large answers at one time, and only so many of one host, so that the heap of the process is
 * bounded whatever servers send. Shared by the whole process.
 */
public final class HeavyLoads {
    private static final int TOGETHER = 4;
    private static final int PER_HOST = 2;

    private final HostQueue hosts = new HostQueue(PER_HOST);
    private final Semaphore together = new Semaphore(TOGETHER, true);

    /** The right to hold large answers; ends when it is closed. */
    public interface Load extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits for the right, at most so long; empty if it was not to be had. */
    public Optional<Load> take(HostPort host, Deadline deadline) throws InterruptedException {
        HostQueue.Turn turn = hosts.enter(host, deadline.remaining());
        boolean taken = false;
        try {
            taken = turn.granted() && acquired(deadline.remaining());
        } finally {
            if (!taken) {
                turn.close();
            }
        }
        return taken
                ? Optional.of(() -> {
                    together.release();
                    turn.close();
                })
                : Optional.empty();
    }

    private boolean acquired(Duration limit) throws InterruptedException {
        return together.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS);
    }
}

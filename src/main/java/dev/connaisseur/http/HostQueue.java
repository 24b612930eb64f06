package dev.connaisseur.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets only so many requests be in flight to one host and makes the others wait in the order of their coming, so that a host that
 * answers slowly holds up nobody but those who want something from it.
 */
final class HostQueue {
    private final int perHost;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<HostPort, Place> places = new HashMap<>();

    HostQueue(int perHost) {
        this.perHost = perHost;
    }

    private static final class Place {
        private final Semaphore permits;
        private int users;

        Place(int permits) {
            this.permits = new Semaphore(permits, true);
        }
    }

    /** One request's turn; ends when it is closed. */
    interface Turn extends AutoCloseable {
        /** False if the wait ended before the turn came. */
        boolean granted();

        @Override
        void close();
    }

    /** Waits for a turn, at most so long. */
    Turn enter(HostPort host, Duration limit) throws InterruptedException {
        Place place = come(host);
        boolean granted = false;
        try {
            granted = place.permits.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            if (!granted) {
                leave(host, place);
            }
        }
        boolean mine = granted;
        return new Turn() {
            @Override
            public boolean granted() {
                return mine;
            }

            @Override
            public void close() {
                if (mine) {
                    place.permits.release();
                    leave(host, place);
                }
            }
        };
    }

    private Place come(HostPort host) {
        lock.lock();
        try {
            Place place = places.computeIfAbsent(host, h -> new Place(perHost));
            place.users++;
            return place;
        } finally {
            lock.unlock();
        }
    }

    private void leave(HostPort host, Place place) {
        lock.lock();
        try {
            if (--place.users == 0) {
                places.remove(host);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many hosts are in use. */
    int hosts() {
        lock.lock();
        try {
            return places.size();
        } finally {
            lock.unlock();
        }
    }
}

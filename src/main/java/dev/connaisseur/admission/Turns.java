package dev.connaisseur.admission;

import dev.connaisseur.http.Deadline;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bounded number of turns that no side can use up. Whoever has as many as are still free waits, in the order of coming, so that
 * one side alone gets half of them, a second one half of what is left, and a newcomer finds one free.
 *
 * @see <a href="https://doi.org/10.1109/90.664262">Choudhury, Hahne: Dynamic Queue Length Thresholds</a>
 */
final class Turns {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Side> sides = new LinkedHashMap<>();
    private int free;

    Turns(int total) {
        this.free = total;
    }

    private static final class Side {
        private final Queue<CountDownLatch> waiting = new ArrayDeque<>();
        private int held;
    }

    /** Waits for a turn until the deadline; false if there was none. */
    boolean enter(String name, Deadline deadline) throws InterruptedException {
        CountDownLatch turn = new CountDownLatch(1);
        lock.lock();
        try {
            sides.computeIfAbsent(name, n -> new Side()).waiting.add(turn);
            grant();
        } finally {
            lock.unlock();
        }
        boolean granted = false;
        try {
            granted = turn.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            return granted;
        } finally {
            if (!granted) {
                giveUp(name, turn);
            }
        }
    }

    /** Gives a turn back. */
    void leave(String name) {
        lock.lock();
        try {
            returned(name);
        } finally {
            lock.unlock();
        }
    }

    private void giveUp(String name, CountDownLatch turn) {
        lock.lock();
        try {
            Side side = sides.get(name);
            if (side != null && side.waiting.remove(turn)) {
                forget(name, side);
            } else {
                returned(name); // it came too late
            }
        } finally {
            lock.unlock();
        }
    }

    private void returned(String name) {
        Side side = sides.get(name);
        if (side == null || side.held == 0) {
            throw new IllegalStateException("no turn of " + name);
        }
        side.held--;
        free++;
        forget(name, side);
        grant();
    }

    private void forget(String name, Side side) {
        if (side.held == 0 && side.waiting.isEmpty()) {
            sides.remove(name);
        }
    }

    /** One each, round by round, as long as anybody may have one. */
    private void grant() {
        boolean more = free > 0;
        while (more) {
            more = false;
            for (Side side : sides.values()) {
                if (side.held < free && !side.waiting.isEmpty()) {
                    side.held++;
                    free--;
                    side.waiting.remove().countDown();
                    more = free > 0;
                }
            }
        }
    }

    /** How many of a side wait. */
    int waiting(String name) {
        lock.lock();
        try {
            Side side = sides.get(name);
            return side == null ? 0 : side.waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many sides have a turn or wait for one. */
    int sides() {
        lock.lock();
        try {
            return sides.size();
        } finally {
            lock.unlock();
        }
    }
}

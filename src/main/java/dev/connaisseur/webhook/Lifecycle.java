package dev.connaisseur.webhook;

import dev.connaisseur.Service;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How far the process has come, and how many admissions it holds. The probes read it, {@code boot} moves it forward. */
@Service
public final class Lifecycle {
    /** What the process can do; it only moves down this list. */
    public enum Stage {
        /** Reading its configuration. */
        STARTING,
        /** Configured and warm; the expected certificate is not served yet. */
        STARTED,
        /** Takes admissions. */
        READY,
        /** Told to end: answers what comes, but wants nothing new. */
        STOPPING
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Stage stage = Stage.STARTING;
    private boolean hindered;
    private int inFlight;

    public Stage stage() {
        lock.lock();
        try {
            return stage;
        } finally {
            lock.unlock();
        }
    }

    /** Goes to {@code next}; steps back are ignored, so that a late "ready" never undoes "stopping". */
    public void reached(Stage next) {
        lock.lock();
        try {
            if (next.compareTo(stage) > 0) {
                stage = next;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether admissions are wanted: everything is there, and nobody told us to end. */
    public boolean ready() {
        lock.lock();
        try {
            return stage == Stage.READY && !hindered;
        } finally {
            lock.unlock();
        }
    }

    /** Says that the certificate that is wanted cannot be served, until it can again. */
    public void hinder(boolean now) {
        lock.lock();
        try {
            hindered = now;
        } finally {
            lock.unlock();
        }
    }

    /** An admission came in. Each call is followed by exactly one {@link #left()}. */
    public void entered() {
        lock.lock();
        try {
            inFlight++;
        } finally {
            lock.unlock();
        }
    }

    /** An admission was answered. */
    public void left() {
        lock.lock();
        try {
            inFlight--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public int inFlight() {
        lock.lock();
        try {
            return inFlight;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until no admission is open.
     *
     * @return false if some still were after {@code grace}
     */
    public boolean awaitIdle(Duration grace) throws InterruptedException {
        long left = grace.toNanos();
        lock.lock();
        try {
            while (inFlight > 0) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the process is told to end, at most {@code span}; whether it was. */
    public boolean awaitStopping(Duration span) throws InterruptedException {
        long left = span.toNanos();
        lock.lock();
        try {
            while (stage != Stage.STOPPING && left > 0) {
                left = changed.awaitNanos(left);
            }
            return stage == Stage.STOPPING;
        } finally {
            lock.unlock();
        }
    }
}

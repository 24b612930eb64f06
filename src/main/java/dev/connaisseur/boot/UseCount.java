package dev.connaisseur.boot;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts who uses a thing, and ends it once when the last has let go. It begins with one user: whoever put it in force. */
final class UseCount {
    private final AtomicInteger users = new AtomicInteger(1);
    private final Runnable end;

    UseCount(Runnable end) {
        this.end = end;
    }

    /** One more user; false if the thing has ended already. */
    boolean acquire() {
        return users.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    void release() {
        int left = users.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("released more often than acquired");
        }
        if (left == 0) {
            end.run();
        }
    }
}

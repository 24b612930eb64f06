package dev.connaisseur.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The time that one admission may lose to the shared cache, all its images together. */
public final class Allowance {
    private static final Duration WHOLE = Duration.ofMillis(100);

    private final AtomicLong nanos = new AtomicLong(WHOLE.toNanos());

    Duration left() {
        return Duration.ofNanos(Math.max(0, nanos.get()));
    }

    void spend(Duration span) {
        nanos.addAndGet(-span.toNanos());
    }
}

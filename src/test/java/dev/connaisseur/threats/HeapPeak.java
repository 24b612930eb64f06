package dev.connaisseur.threats;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The most that was alive beyond what was alive before, whenever somebody looked. Looking collects first: what other tests left behind
 * and what is garbage already does not count. That nothing goes beyond bounds between two looks is seen by the small heap in which
 * tests run.
 */
final class HeapPeak {
    private final long before = alive();
    private final AtomicLong most = new AtomicLong();

    /** Looks now, and tells the most so far, in bytes. */
    long bytes() {
        return most.accumulateAndGet(alive() - before, Math::max);
    }

    private static long alive() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

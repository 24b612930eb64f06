package dev.connaisseur.threats;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** What this process's heap held at most, since a moment: in use, and in use right after a collection. */
final class HeapUse {
    private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    private final List<String> names =
            pools.stream().map(MemoryPoolMXBean::getName).toList();
    private final AtomicLong kept = new AtomicLong();

    HeapUse() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector).addNotificationListener((note, unused) -> collected(note), null, null);
        }
    }

    private void collected(Notification note) {
        if (note.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            Map<String, MemoryUsage> after = GarbageCollectionNotificationInfo.from((CompositeData) note.getUserData())
                    .getGcInfo()
                    .getMemoryUsageAfterGc();
            kept.accumulateAndGet(
                    after.entrySet().stream()
                            .filter(pool -> names.contains(pool.getKey()))
                            .mapToLong(pool -> pool.getValue().getUsed())
                            .sum(),
                    Math::max);
        }
    }

    /** From now on. What is garbage already does not count. */
    String begin() {
        System.gc();
        pools.forEach(MemoryPoolMXBean::resetPeakUsage);
        kept.set(0);
        return "";
    }

    /** Both since the beginning, in KiB. */
    String read() {
        long most =
                pools.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
        return (most >> 10) + " " + (kept.get() >> 10);
    }
}

package dev.connaisseur.registry;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HeavyLoads;
import dev.connaisseur.http.HostPort;
import dev.connaisseur.http.LookupException.Kind;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** What the answers of one session weigh. A heavy one waits until only few others are: see {@link HeavyLoads}. */
final class Burden implements AutoCloseable {
    /** What any answer may have, in bytes. */
    static final int LIGHT = 256 << 10;

    /** What all answers of a light session may have, in bytes. */
    private static final long LIGHT_TOGETHER = 512 << 10;

    private final HeavyLoads loads;
    private final HostPort host;
    private final String name;
    private final Deadline deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<HeavyLoads.Load> load = Optional.empty();
    private long bytes;

    /** @param name of the registry, for messages */
    Burden(HeavyLoads loads, HostPort host, String name, Deadline deadline) {
        this.loads = loads;
        this.host = host;
        this.name = name;
        this.deadline = deadline;
    }

    /** Notes that so many bytes are kept from now on. */
    void add(int more) {
        lock.lock();
        try {
            bytes += more;
            if (bytes > LIGHT_TOGETHER) {
                becomeHeavy();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Before an answer that may be larger than {@link #LIGHT}. */
    void becomeHeavy() {
        lock.lock();
        try {
            if (load.isEmpty()) {
                load = loads.take(host, deadline);
            }
            if (load.isEmpty()) {
                throw new FinalException(Kind.TIMED_OUT, name, name + " has more large answers than are read at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FinalException(Kind.TIMED_OUT, name, name + " did not answer in time", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            load.ifPresent(HeavyLoads.Load::close);
            load = Optional.empty();
        } finally {
            lock.unlock();
        }
    }
}

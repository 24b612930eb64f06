package dev.connaisseur.cache;

import dev.connaisseur.config.Settings;
import dev.connaisseur.http.TlsTrust;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What replicas share: sealed entries in a Redis. Whatever Redis does, or does not, an admission loses its {@link Allowance} at most,
 * and gets an entry of ours or none. After a failure Redis is left alone for a moment.
 */
public final class SharedLevel implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SharedLevel.class.getName());
    private static final String FORMAT = "connaisseur:v1:";
    private static final Duration SILENCE = Duration.ofSeconds(1);
    /** What answers later than any admission waits is called off then. */
    private static final Duration LATEST = Duration.ofSeconds(3);

    private static final Duration BETWEEN_LOG_LINES = Duration.ofMinutes(1);
    private static final int CALLS = 32;

    private final CacheMetrics metrics;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("redis-", 0).factory());
    private final Semaphore calls = new Semaphore(CALLS);
    private final AtomicReference<@Nullable Link> link = new AtomicReference<>();
    private final AtomicLong silentUntil = new AtomicLong(System.nanoTime());
    private final AtomicLong nextLogLine = new AtomicLong(System.nanoTime());

    private record Link(Redis redis, Seal seal) {}

    /** A command to Redis. */
    private interface Command {
        byte[] run(Redis redis);
    }

    /** Not connected to anything. */
    public SharedLevel(CacheMetrics metrics) {
        this.metrics = metrics;
    }

    /** Uses this Redis from now on; nobody waits for it to be there. */
    public void connect(Settings.Redis settings, TlsTrust trust, Seal seal) {
        Link fresh = new Link(new Redis(settings, trust), seal);
        close(link.getAndSet(fresh));
        silentUntil.set(System.nanoTime());
        callOff(run(
                fresh, redis -> redis.get(FORMAT + "hello"))); // so that the first admission meets an open connection
    }

    /** Uses none from now on. */
    public void disconnect() {
        close(link.getAndSet(null));
    }

    /** {@code off}, {@code on}, or {@code silent} after a failure. */
    public String state() {
        return link.get() == null ? "off" : silent() ? "silent" : "on";
    }

    /**
     * Fetches an entry that a replica has put there.
     *
     * @param name begins with what kind of entry it is
     */
    Optional<byte[]> get(String name, Allowance allowance) {
        Link now = link.get();
        Duration patience = allowance.left();
        if (now == null || silent() || patience.isZero()) {
            return Optional.empty();
        }
        long begun = System.nanoTime();
        FutureTask<byte[]> call = run(now, redis -> redis.get(FORMAT + name));
        try {
            byte[] sealed = call.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            Optional<byte[]> content =
                    sealed.length == 0 ? Optional.empty() : now.seal().open(FORMAT + name, sealed);
            metrics.shared(content.isPresent() ? "hit" : sealed.length == 0 ? "miss" : "ignored");
            return content;
        } catch (TimeoutException e) {
            metrics.shared("timeout");
            quiet("did not answer within " + patience.toMillis() + " ms");
            callOff(call);
        } catch (ExecutionException e) {
            metrics.shared(failed(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            allowance.spend(Duration.ofNanos(System.nanoTime() - begun));
        }
        return Optional.empty();
    }

    /** Puts an entry there, some time after this returns, or not at all. */
    void put(String name, byte[] content, Duration life) {
        Link now = link.get();
        if (now == null || silent() || content.length > Redis.LONGEST / 2) {
            return;
        }
        byte[] sealed = now.seal().seal(FORMAT + name, content);
        FutureTask<byte[]> call = run(now, redis -> {
            redis.put(FORMAT + name, sealed, life);
            return sealed;
        });
        threads.execute(() -> await(call));
    }

    private void await(FutureTask<byte[]> call) {
        try {
            call.get(LATEST.toNanos(), TimeUnit.NANOSECONDS);
            metrics.written("ok");
        } catch (TimeoutException e) {
            call.cancel(true);
            metrics.written("timeout");
            quiet("did not take an entry in time");
        } catch (ExecutionException e) {
            metrics.written(failed(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private FutureTask<byte[]> run(Link now, Command command) {
        FutureTask<byte[]> call = new FutureTask<>(() -> {
            if (!calls.tryAcquire()) {
                throw new IllegalStateException("too many calls are open");
            }
            try {
                return command.run(now.redis());
            } finally {
                calls.release();
            }
        });
        threads.execute(call);
        return call;
    }

    private void callOff(FutureTask<byte[]> call) {
        threads.execute(() -> {
            try {
                call.get(LATEST.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException e) {
                call.cancel(true);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** What Redis says about one entry is about that one; anything else is about all. */
    private String failed(@Nullable Throwable cause) {
        boolean one = cause instanceof JedisDataException && !(cause instanceof JedisAccessControlException);
        if (!one) {
            quiet("failed: " + (cause == null ? "" : cause.getClass().getSimpleName()));
        }
        return one ? "refused" : "error";
    }

    private boolean silent() {
        return System.nanoTime() - silentUntil.get() < 0;
    }

    private void quiet(String what) {
        long now = System.nanoTime();
        silentUntil.set(now + SILENCE.toNanos());
        long next = nextLogLine.get();
        if (now - next >= 0 && nextLogLine.compareAndSet(next, now + BETWEEN_LOG_LINES.toNanos())) {
            LOG.log(Level.WARNING, () -> "the shared cache " + what + "; verdicts are found without it");
        }
    }

    private static void close(@Nullable Link old) {
        if (old != null) {
            old.redis().close();
        }
    }

    @Override
    public void close() {
        disconnect();
        threads.shutdownNow();
    }
}

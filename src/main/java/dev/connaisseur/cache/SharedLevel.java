package dev.connaisseur.cache;

import dev.connaisseur.config.Settings;
import dev.connaisseur.http.TlsTrust;
import java.io.IOException;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

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
    private final AtomicBoolean failing = new AtomicBoolean();
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
        // So that the first admission meets an open connection, or knows that there is none.
        FutureTask<byte[]> hello = run(fresh, redis -> redis.get(FORMAT + "hello"));
        threads.execute(() -> finish(hello));
    }

    /** Uses none from now on. */
    public void disconnect() {
        close(link.getAndSet(null));
    }

    /** {@code off}, {@code on}, or {@code silent} from a failure until something succeeds. */
    public String state() {
        return link.get() == null ? "off" : failing.get() ? "silent" : "on";
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

    /**
     * Puts an entry there, some time after this returns, or not at all.
     *
     * @param entry is not even made where nobody could take it
     */
    void put(String name, Supplier<byte[]> entry, Duration life) {
        Link now = link.get();
        if (now == null || silent()) {
            return;
        }
        byte[] content = entry.get();
        if (content.length > Redis.LONGEST / 2) {
            return;
        }
        byte[] sealed = now.seal().seal(FORMAT + name, content);
        FutureTask<byte[]> call = run(now, redis -> {
            redis.put(FORMAT + name, sealed, life);
            return sealed;
        });
        threads.execute(() -> metrics.written(finish(call)));
    }

    /** What becomes of an entry. */
    @FunctionalInterface
    interface Change {
        /**
         * Makes the entry that shall be there.
         *
         * @param before the one that is, if it is one of ours
         */
        byte[] of(Optional<byte[]> before) throws IOException;
    }

    /**
     * Changes an entry and waits for it: for a person at a terminal, not for an admission.
     *
     * @throws IOException if Redis could not be reached or did not take it, saying why
     */
    void update(String name, Change change, Duration life) throws IOException {
        Link now = link.get();
        if (now == null) {
            throw new IOException("there is no Redis");
        }
        try {
            Optional<byte[]> before = Optional.of(now.redis().get(FORMAT + name))
                    .flatMap(entry -> now.seal().open(FORMAT + name, entry));
            now.redis().put(FORMAT + name, now.seal().seal(FORMAT + name, change.of(before)), life);
        } catch (JedisException e) {
            throw new IOException("Redis: " + String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?"), e);
        }
    }

    /** Waits for a call that nobody else waits for; says what came of it. */
    private String finish(FutureTask<byte[]> call) {
        try {
            call.get(LATEST.toNanos(), TimeUnit.NANOSECONDS);
            return "ok";
        } catch (TimeoutException e) {
            call.cancel(true);
            quiet("did not answer within " + LATEST.toSeconds() + " s");
            return "timeout";
        } catch (ExecutionException e) {
            return failed(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "error";
        }
    }

    private FutureTask<byte[]> run(Link now, Command command) {
        FutureTask<byte[]> call = new FutureTask<>(() -> {
            if (!calls.tryAcquire()) {
                throw new IllegalStateException("too many calls are open");
            }
            try {
                byte[] answer = command.run(now.redis());
                failing.set(false);
                return answer;
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
        failing.set(true);
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

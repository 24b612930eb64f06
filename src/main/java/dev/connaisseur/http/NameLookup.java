package dev.connaisseur.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Resolves names on threads of its own: the platform's resolver blocks in native code, which would hold a virtual thread's carrier,
 * and a slow name server must cost no more than the requests that need it. No domain gets more than a few of the threads.
 */
final class NameLookup implements AutoCloseable {
    private static final int THREADS = 16;
    private static final int PER_DOMAIN = 4;
    private static final int MAX_DOMAINS = 10_000;

    private final Resolver resolver;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("names-", 0).factory());
    private final Map<String, Semaphore> domains = new ConcurrentHashMap<>();

    NameLookup(Resolver resolver) {
        this.resolver = resolver;
    }

    /**
     * The addresses of a host.
     *
     * @return empty if there is no such name, or no answer within the limit
     */
    Optional<List<InetAddress>> addresses(String host, Duration limit) throws InterruptedException {
        Optional<InetAddress> literal = AddressRange.literal(host);
        if (literal.isPresent()) {
            return literal.map(List::of);
        }
        long end = System.nanoTime() + limit.toNanos();
        Semaphore domain = domain(host);
        if (!domain.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        Future<List<InetAddress>> pending = threads.submit(() -> {
            try {
                return resolver.resolve(host);
            } finally {
                domain.release();
            }
        });
        try {
            return Optional.of(pending.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS))
                    .filter(addresses -> !addresses.isEmpty());
        } catch (TimeoutException e) {
            // It goes on, so that the next one to ask may find the answer in the platform's cache.
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException) {
                return Optional.empty();
            }
            throw new IllegalStateException("name resolution failed", e.getCause());
        }
    }

    private Semaphore domain(String host) {
        String[] labels = host.split("\\.", -1);
        String name = labels.length < 2 ? host : labels[labels.length - 2] + "." + labels[labels.length - 1];
        if (domains.size() >= MAX_DOMAINS) {
            domains.values().removeIf(domain -> domain.availablePermits() == PER_DOMAIN);
        }
        return domains.computeIfAbsent(name, n -> new Semaphore(PER_DOMAIN, true));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

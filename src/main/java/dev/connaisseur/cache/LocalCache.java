package dev.connaisseur.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;

/**
 * Values of this process, each for its own span, on the monotonic clock. Reading does not prolong a span. Bounded by what the values
 * weigh; work of its own is done by whoever calls.
 */
final class LocalCache<V> {
    private static final long MOST = 8 << 20;
    /** What an entry weighs beside its texts, in bytes, roughly. */
    private static final int FRAME = 400;

    /** Tells a value's length in characters. */
    interface Weigher<V> {
        int length(V value);
    }

    private record Kept<V>(V value, Duration span) {}

    private final Cache<CacheKey, Kept<V>> kept;

    LocalCache(Weigher<V> weigher, Ticker clock) {
        kept = Caffeine.newBuilder()
                .executor(Runnable::run) // the common pool ends answers of java.net.http
                .ticker(clock)
                .maximumWeight(MOST)
                .<CacheKey, Kept<V>>weigher((key, entry) -> FRAME + key.length() + weigher.length(entry.value()))
                .expireAfter(Expiry.<CacheKey, Kept<V>>writing((key, entry) -> entry.span()))
                .build();
    }

    Optional<V> get(CacheKey key) {
        return Optional.ofNullable(kept.getIfPresent(key)).map(Kept::value);
    }

    void put(CacheKey key, V value, Duration span) {
        kept.put(key, new Kept<>(value, span));
    }

    void remove(CacheKey key) {
        kept.invalidate(key);
    }
}

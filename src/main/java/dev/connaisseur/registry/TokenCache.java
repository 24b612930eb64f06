package dev.connaisseur.registry;

import dev.connaisseur.config.Login;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * What to write into {@code Authorization}, until shortly before it expires on the monotonic clock. Shared by the process: the key
 * holds everything that a token is good for, so that none is ever used for another registry, scope or login.
 */
final class TokenCache {
    private static final int MAX_ENTRIES = 2048;
    private static final long NANOS = 1_000_000_000L;

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Token> tokens = new Bounded<>();
    private final Map<Place, Key> lastUsed = new Bounded<>();

    TokenCache(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Who asks for what; {@code keychain} stands for a login that is not known before it is asked for. */
    record Place(String registry, String repository, Optional<Login> login, boolean keychain) {}

    /** Whom a token was given to, by whom and for what. Basic authentication has a realm, service and scope of no length. */
    record Key(String registry, String realm, String service, String scope, Optional<Login> login) {
        static Key basic(Place place, Login login) {
            return new Key(place.registry, "", "", "", Optional.of(login));
        }
    }

    private record Token(String header, long expires) {}

    private static final class Bounded<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1L;

        Bounded() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > MAX_ENTRIES;
        }
    }

    /** What worked last time, so that the registry need not be asked for its challenge again. */
    Optional<String> lastUsed(Place place) {
        lock.lock();
        try {
            return Optional.ofNullable(lastUsed.get(place)).flatMap(this::find);
        } finally {
            lock.unlock();
        }
    }

    /** The header for a challenge that was met before. */
    Optional<String> find(Key key) {
        lock.lock();
        try {
            Token token = tokens.get(key);
            if (token == null) {
                return Optional.empty();
            }
            if (token.expires - nanoTime.getAsLong() <= 0) {
                tokens.remove(key);
                return Optional.empty();
            }
            return Optional.of(token.header);
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a header for nine tenths of its seconds. */
    void put(Place place, Key key, String header, long seconds) {
        lock.lock();
        try {
            tokens.put(key, new Token(header, nanoTime.getAsLong() + seconds * NANOS / 10 * 9));
            lastUsed.put(place, key);
        } finally {
            lock.unlock();
        }
    }

    /** Notes that this place asks for what the key stands for. */
    void use(Place place, Key key) {
        lock.lock();
        try {
            lastUsed.put(place, key);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what was refused, wherever it is kept. */
    void forget(String header) {
        lock.lock();
        try {
            tokens.values().removeIf(token -> token.header.equals(header));
        } finally {
            lock.unlock();
        }
    }
}

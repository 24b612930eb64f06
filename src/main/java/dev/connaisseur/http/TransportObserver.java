package dev.connaisseur.http;

import java.time.Duration;

/** Is told of every request that was tried, for counting. */
@FunctionalInterface
public interface TransportObserver {
    /** Nobody counts. */
    TransportObserver NONE = (purpose, outcome, spent) -> {};

    /**
     * A request has ended.
     *
     * @param outcome the class of its status such as {@code 2xx}, or the {@link LookupException.Kind} in small letters
     */
    void ended(Purpose purpose, String outcome, Duration spent);
}

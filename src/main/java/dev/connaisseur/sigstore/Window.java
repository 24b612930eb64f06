package dev.connaisseur.sigstore;

import java.time.Instant;
import java.util.Optional;

/**
 * When a key or an authority may be believed. Both ends belong to it.
 *
 * @param start empty where nobody said since when: then it never was
 * @param end empty where it still is
 */
public record Window(Optional<Instant> start, Optional<Instant> end) {
    /** For material that an operator named without a time. */
    public static final Window ALWAYS = new Window(Optional.of(Instant.EPOCH), Optional.empty());

    public boolean holds(Instant time) {
        return start.isPresent() && !time.isBefore(start.get()) && (end.isEmpty() || !time.isAfter(end.get()));
    }
}

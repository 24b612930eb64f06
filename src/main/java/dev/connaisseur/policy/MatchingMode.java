package dev.connaisseur.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a pattern is read: {@code connaisseur.policy.matching}. */
public enum MatchingMode {
    /** A pattern matches anywhere in a name, as in Connaisseur 3. */
    LEGACY,
    /** A pattern names its registry, or means Docker Hub, and matches the whole path. */
    ANCHORED,
    /** Both readings: where they choose different rules, an image must satisfy both. */
    BOTH;

    /** Reads {@code legacy}, {@code anchored} or {@code both}; empty for anything else. */
    public static Optional<MatchingMode> of(String text) {
        return Arrays.stream(values())
                .filter(mode -> mode.toString().equals(text))
                .findFirst();
    }

    /** As it is written in the configuration. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

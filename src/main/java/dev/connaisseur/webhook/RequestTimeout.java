package dev.connaisseur.webhook;

import dev.connaisseur.http.Deadline;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long the API server waits: it says so in the query, {@code /mutate?timeout=10s}. We answer a second earlier, so that a denial
 * arrives as one and not as a time-out of ours.
 */
final class RequestTimeout {
    private static final Duration MOST = Duration.ofSeconds(29);
    private static final Duration HEAD_START = Duration.ofSeconds(1);
    private static final Duration LEAST = Duration.ofMillis(500);
    /** The part of Go's durations that a webhook's {@code timeoutSeconds} can become. */
    private static final Pattern SECONDS = Pattern.compile("(?:([0-9]{1,2})m)?(?:([0-9]{1,4})s)?");

    private RequestTimeout() {}

    /** At most 29 s from now; an absent or unreadable {@code timeout} counts as more. */
    static Deadline deadline(@Nullable String timeout) {
        return Deadline.after(span(timeout));
    }

    static Duration span(@Nullable String timeout) {
        Matcher parts = SECONDS.matcher(timeout == null ? "" : timeout);
        if (!parts.matches() || (parts.group(1) == null && parts.group(2) == null)) {
            return MOST;
        }
        Duration asked = Duration.ofMinutes(number(parts.group(1))).plusSeconds(number(parts.group(2)));
        Duration ours = asked.minus(HEAD_START);
        if (ours.compareTo(LEAST) < 0) {
            return LEAST;
        }
        return ours.compareTo(MOST) > 0 ? MOST : ours;
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}

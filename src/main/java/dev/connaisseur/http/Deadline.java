package dev.connaisseur.http;

import java.time.Duration;

/**
 * The moment by which a piece of work must be done, on the monotonic clock. It is passed as a parameter, never ambient, so that
 * every wait below one request shares one limit.
 *
 * @param nanos a value of {@link System#nanoTime()}
 */
public record Deadline(long nanos) {

    public static Deadline after(Duration span) {
        return new Deadline(System.nanoTime() + span.toNanos());
    }

    /** What is left; zero once the deadline has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
    }

    public boolean passed() {
        return nanos - System.nanoTime() <= 0;
    }

    /** This deadline, or now plus {@code span} if that is earlier: a step's own limit inside the whole. */
    public Deadline within(Duration span) {
        Deadline step = after(span);
        return step.nanos - nanos < 0 ? step : this;
    }
}

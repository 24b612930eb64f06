package dev.connaisseur.http;

import java.time.Duration;

/**
 * How long a single call may take, always inside the request's {@link Deadline}.
 *
 * @param connect until the connection stands
 * @param headers until status and headers are there, connecting included
 * @param silence between two pieces of the body
 * @param whole until the last byte of the body
 */
public record Patience(Duration connect, Duration headers, Duration silence, Duration whole) {
    public static final Patience DEFAULT =
            new Patience(Duration.ofSeconds(4), Duration.ofSeconds(8), Duration.ofSeconds(5), Duration.ofSeconds(15));
}

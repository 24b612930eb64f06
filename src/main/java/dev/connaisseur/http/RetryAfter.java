package dev.connaisseur.http;

import dev.connaisseur.http.LookupException.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;

/**
 * Tells statuses that another try may cure from those it will not, and waits as long as the server asks for, inside the deadline.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, 10.2.3</a>
 */
public final class RetryAfter {
    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
    private static final Duration LONGEST = Duration.ofSeconds(8);

    private RetryAfter() {}

    /**
     * Passes every answer on but those that stand for passing trouble.
     *
     * @throws TransientException after the wait that the server asked for, if it asked
     * @throws FinalException if the server asks for more time than there is
     */
    public static HttpAnswer settled(HttpAnswer answer, String host, Deadline deadline) {
        if (!PASSING.contains(answer.status())) {
            return answer;
        }
        String sentence = host + " answered with status " + answer.status();
        Duration wait = asked(answer).orElse(Duration.ZERO);
        if (wait.compareTo(LONGEST) > 0 || wait.compareTo(deadline.remaining()) >= 0) {
            throw new FinalException(Kind.STATUS, host, sentence + " and asks to come back later than we can wait");
        }
        pause(wait, host);
        throw new TransientException(Kind.STATUS, host, sentence);
    }

    /** Seconds, or a date, which is measured by the server's own clock. */
    private static Optional<Duration> asked(HttpAnswer answer) {
        return answer.header("Retry-After").map(String::strip).flatMap(text -> {
            if (text.matches("[0-9]{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            return answer.header("Date")
                    .flatMap(RetryAfter::date)
                    .flatMap(now -> date(text).map(then -> Duration.between(now, then)))
                    .filter(wait -> !wait.isNegative());
        });
    }

    private static Optional<ZonedDateTime> date(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static void pause(Duration wait, String host) {
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FinalException(Kind.TIMED_OUT, host, host + " did not answer in time", e);
        }
    }
}

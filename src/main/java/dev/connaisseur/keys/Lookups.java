package dev.connaisseur.keys;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.RetryAfter;
import dev.connaisseur.http.TransientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.faulttolerance.Timeout;

/**
 * The one place where the keys room is made fault tolerant. Its annotations act when the container makes it; made with {@code new},
 * each look-up is tried once. It keeps nothing.
 */
@ApplicationScoped
public class Lookups {

    /** Sends one request. The deadline, which the transport keeps, ends the tries; the time-out here only stands behind it. */
    @Retry(
            maxRetries = 2,
            delay = 100,
            jitter = 80,
            maxDuration = 12,
            durationUnit = ChronoUnit.SECONDS,
            retryOn = TransientException.class,
            abortOn = FinalException.class)
    @Timeout(value = 13, unit = ChronoUnit.SECONDS)
    public HttpAnswer fetch(HttpTransport transport, HttpCall call, Deadline deadline) {
        return RetryAfter.settled(transport.send(call, deadline), call.host(), deadline);
    }
}

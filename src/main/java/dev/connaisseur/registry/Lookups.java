package dev.connaisseur.registry;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.RetryAfter;
import dev.connaisseur.http.TransientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.faulttolerance.Timeout;

/**
 * The one place where the registry room is made fault tolerant. Its annotations act when the container makes it; made with
 * {@code new}, each look-up is tried once. It keeps nothing: what differs per validator or request is a parameter.
 */
@ApplicationScoped
public class Lookups {

    /**
     * Sends one request. Six tries keep a good image admitted where a registry fails three times in ten; the deadline, which the
     * transport keeps, ends them early, and the time-out here only stands behind it.
     *
     * @return an answer of any status that is not a passing trouble
     */
    @Retry(
            maxRetries = 5,
            delay = 100,
            jitter = 80,
            maxDuration = 30,
            durationUnit = ChronoUnit.SECONDS,
            retryOn = TransientException.class,
            abortOn = FinalException.class)
    @Timeout(value = 31, unit = ChronoUnit.SECONDS)
    public HttpAnswer fetch(HttpTransport transport, HttpCall call, Deadline deadline) {
        return RetryAfter.settled(transport.send(call, deadline), call.host(), deadline);
    }

    /**
     * Sends one request to a token server. A server that is down is not asked for ever: what is left of {@code calls} is all that one
     * session may try.
     *
     * @return an answer of any status that is not a passing trouble
     */
    @Retry(
            maxRetries = 2,
            delay = 100,
            jitter = 80,
            maxDuration = 30,
            durationUnit = ChronoUnit.SECONDS,
            retryOn = TransientException.class,
            abortOn = FinalException.class)
    @Timeout(value = 31, unit = ChronoUnit.SECONDS)
    public HttpAnswer fetchToken(HttpTransport transport, HttpCall call, Deadline deadline, AtomicInteger calls) {
        if (calls.decrementAndGet() < 0) {
            throw new FinalException(
                    Kind.UNAUTHORIZED, call.host(), call.host() + " was asked for tokens too often in one admission");
        }
        return RetryAfter.settled(transport.send(call, deadline), call.host(), deadline);
    }
}

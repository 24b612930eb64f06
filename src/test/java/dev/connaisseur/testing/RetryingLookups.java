package dev.connaisseur.testing;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.TransientException;
import dev.connaisseur.registry.Lookups;
import jakarta.enterprise.inject.Vetoed;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.Retry;

/** Look-ups that retry without a container, as often and with the pauses that the annotations say. */
@Vetoed // not where a container has the real ones
public final class RetryingLookups extends Lookups {
    @Override
    public HttpAnswer fetch(HttpTransport transport, HttpCall call, Deadline deadline) {
        return retried("fetch", () -> super.fetch(transport, call, deadline));
    }

    @Override
    public HttpAnswer fetchToken(HttpTransport transport, HttpCall call, Deadline deadline, AtomicInteger calls) {
        return retried("fetchToken", () -> super.fetchToken(transport, call, deadline, calls));
    }

    private static HttpAnswer retried(String method, Supplier<HttpAnswer> lookup) {
        Retry retry = Arrays.stream(Lookups.class.getMethods())
                .filter(candidate -> candidate.getName().equals(method))
                .map(candidate -> candidate.getAnnotation(Retry.class))
                .findFirst()
                .orElseThrow();
        for (int tries = 0; ; tries++) {
            try {
                return lookup.get();
            } catch (TransientException e) {
                if (tries == retry.maxRetries()) {
                    throw e;
                }
                pause(retry.delay() + ThreadLocalRandom.current().nextLong(-retry.jitter(), retry.jitter() + 1));
            }
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(Math.max(0, millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

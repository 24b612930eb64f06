package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.Caller;
import dev.connaisseur.testing.KnownImage;
import dev.connaisseur.testing.Sample;
import dev.connaisseur.testing.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** Asks one port all the time, by some who keep their connection and some who come anew for each image, one request each at a time. */
final class SteadyLoad implements AutoCloseable {
    private static final int KEEPING = 4;
    private static final int KNOCKING = 2;
    private static final int BETWEEN_MILLIS = 30;
    /** How many requests are in flight at most. */
    static final int TOGETHER = KEEPING + KNOCKING;

    private final Supplier<KnownImage> images;
    private final int port;
    private final SSLContext trust;
    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final Semaphore answers = new Semaphore(0);
    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<Thread> callers = new ArrayList<>();

    private SteadyLoad(Supplier<KnownImage> images, int port, SSLContext trust) {
        this.images = images;
        this.port = port;
        this.trust = trust;
    }

    static SteadyLoad start(Supplier<KnownImage> images, int port, SSLContext trust) {
        SteadyLoad load = new SteadyLoad(images, port, trust);
        for (int i = 0; i < TOGETHER; i++) {
            boolean keeps = i < KEEPING;
            load.callers.add(Thread.ofPlatform().start(() -> load.call(keeps)));
        }
        return load;
    }

    private void call(boolean keeps) {
        try {
            ask(keeps);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(boolean keeps) throws InterruptedException {
        Caller caller = Caller.of(port, trust);
        while (!ended.get()) {
            samples.add(caller.ask(images.get()));
            answers.release();
            TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
            if (!keeps) {
                caller.close();
                caller = Caller.of(port, trust);
            }
        }
        caller.close();
    }

    /** Waits for so many answers from now on. */
    void awaitMore(int count) throws InterruptedException {
        answers.drainPermits();
        assertThat(answers.tryAcquire(count, 3, TimeUnit.MINUTES))
                .as("answers in time")
                .isTrue();
    }

    /** Ends it; what became of all requests. */
    Samples end() throws InterruptedException {
        ended.set(true);
        for (Thread thread : callers) {
            thread.join(Duration.ofSeconds(90));
        }
        return new Samples(List.copyOf(samples));
    }

    @Override
    public void close() {
        ended.set(true);
    }
}

package dev.connaisseur.alert;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpAnswer;
import dev.connaisseur.http.HttpCall;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.json.MalformedJsonException;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Sends alerts, each on a thread of its own, for the life of the process. An alert is sent once, follows no redirect and has
 * {@link #PATIENCE}; of a receiver that does not keep up the newest are dropped and counted.
 */
public final class AlertSender implements Alerts.Sending, AutoCloseable {
    /** How long one receiver may take, whoever waits for it. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How many alerts of one receiver may be on their way. */
    static final int ON_THE_WAY = 200;

    private static final Logger LOG = Logger.getLogger(AlertSender.class.getName());

    private final HttpTransport transport;
    private final InstantSource clock;
    private final String podId;
    private final Counter alerts;
    private final Map<String, Semaphore> places = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("alert-", 0).factory());

    /**
     * Makes a sender for the life of the process.
     *
     * @param podId names this process to receivers
     */
    public AlertSender(HttpTransport transport, InstantSource clock, String podId, PrometheusRegistry metrics) {
        this.transport = transport;
        this.clock = clock;
        this.podId = podId;
        alerts = Counter.builder()
                .name("connaisseur_alerts")
                .help("The total number of alerts by receiver and what became of them")
                .labelNames("category", "receiver", "result")
                .register(metrics);
    }

    @Override
    public Future<?> send(Receiver receiver, AlertEvent event, String cluster) {
        String category = event.category().word();
        Semaphore free = places.computeIfAbsent(category + " " + receiver.name(), name -> new Semaphore(ON_THE_WAY));
        FutureTask<Void> sending = new FutureTask<>(() -> {
            try {
                String result = sendNow(receiver, new AlertValues(event, receiver, cluster, podId, clock.instant()));
                alerts.labelValues(category, receiver.name(), result).inc();
            } catch (AlertException e) {
                alerts.labelValues(category, receiver.name(), "failed").inc();
                LOG.log(Level.WARNING, e.getMessage());
                throw e;
            } finally {
                free.release();
            }
            return null;
        });
        if (!free.tryAcquire()) {
            alerts.labelValues(category, receiver.name(), "dropped").inc();
            return failed(receiver, "too many alerts are on their way to it");
        }
        try {
            threads.execute(sending);
        } catch (RejectedExecutionException closed) {
            free.release();
            return failed(receiver, "the controller is stopping");
        }
        return sending;
    }

    private static Future<?> failed(Receiver receiver, String cause) {
        FutureTask<Void> failed = new FutureTask<>(() -> {
            throw notSent(receiver, cause);
        });
        failed.run();
        return failed;
    }

    private String sendNow(Receiver receiver, AlertValues values) {
        Optional<HttpCall> call;
        try {
            call = receiver.call(values::of);
        } catch (MalformedJsonException e) {
            throw new AlertException(
                    "failed to unmarshal rendered template for receiver " + receiver.name() + ": " + e.getMessage());
        }
        if (call.isEmpty()) {
            return "empty";
        }
        HttpAnswer answer;
        try {
            answer = transport.send(call.get(), Deadline.after(PATIENCE));
        } catch (LookupException e) {
            throw notSent(receiver, e.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        if (answer.status() >= 300 && answer.status() < 400) {
            throw notSent(receiver, "it answered with status " + answer.status() + "; redirects are not followed");
        }
        if (answer.status() < 200 || answer.status() > 299) {
            throw notSent(receiver, "it answered with status " + answer.status());
        }
        return "sent";
    }

    private static AlertException notSent(Receiver receiver, String cause) {
        return new AlertException("failed to send notification for receiver " + receiver.name() + ": " + cause);
    }

    /** Breaks off what is still on its way. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}

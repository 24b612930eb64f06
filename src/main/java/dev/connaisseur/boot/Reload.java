package dev.connaisseur.boot;

import dev.connaisseur.webhook.Conditions;
import dev.connaisseur.webhook.Lifecycle;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Takes over what changed in the mounted directories, while requests go on. What is not valid changes nothing: the old state stays in
 * force, and log, metric and readiness data say so until files are there that can be used.
 */
final class Reload {
    private static final Duration SETTLING = Duration.ofMillis(200);
    private static final int PATIENCE = 50;

    private final List<WatchedPart> parts;
    private final Map<String, FileStamp> taken = new HashMap<>();
    private final Lifecycle lifecycle;
    private final Conditions conditions;
    private final ProcessLog log;
    private final Counter reloads;
    private final Gauge usable;

    /** @param parts as they are in force; what changes from now on is taken over */
    Reload(
            List<WatchedPart> parts,
            Lifecycle lifecycle,
            Conditions conditions,
            ProcessLog log,
            PrometheusRegistry metrics) {
        this.parts = List.copyOf(parts);
        this.lifecycle = lifecycle;
        this.conditions = conditions;
        this.log = log;
        reloads = Counter.builder()
                .name("connaisseur_reloads_total")
                .help("The total number of times that changed files were read again")
                .labelNames("what", "result")
                .register(metrics);
        usable = Gauge.builder()
                .name("connaisseur_files_usable")
                .help("Whether the files that are mounted now are those in force: 1, or 0 where older ones are")
                .labelNames("what")
                .register(metrics);
        for (WatchedPart part : parts) {
            taken.put(part.name(), part.stamp());
            usable.labelValues(part.name()).set(1);
        }
    }

    /** Looks every so often until the process ends. */
    void every(Duration interval) {
        Thread.ofVirtual().name("reload").start(() -> {
            try {
                while (!lifecycle.awaitStopping(interval)) {
                    look();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Looks once. */
    void look() throws InterruptedException {
        for (WatchedPart part : parts) {
            FileStamp now = part.stamp();
            if (!now.equals(taken.get(part.name()))) {
                now = settled(part, now);
                take(part, now);
            }
        }
    }

    /** Files that are being written are left alone for a while; Kubernetes swaps them at once. */
    private FileStamp settled(WatchedPart part, FileStamp first) throws InterruptedException {
        FileStamp before = first;
        for (int i = 0; i < PATIENCE && !lifecycle.awaitStopping(SETTLING); i++) {
            FileStamp now = part.stamp();
            if (now.equals(before)) {
                return now;
            }
            before = now;
        }
        return before;
    }

    private void take(WatchedPart part, FileStamp now) throws InterruptedException {
        FutureTask<List<String>> change =
                new FutureTask<>(() -> part.change().apply(() -> part.stamp().equals(now)));
        change.run();
        List<String> problems;
        try {
            problems = change.get();
        } catch (ExecutionException e) {
            problems = List.of(String.valueOf(e.getCause()));
        }
        boolean taken = problems.isEmpty();
        this.taken.put(part.name(), now);
        usable.labelValues(part.name()).set(taken ? 1 : 0);
        if (taken) {
            conditions.clear(part.name());
            log.info("changed files are in force: " + part.name());
        } else {
            conditions.report(part.name(), "changed files cannot be used, the old ones are in force; see the log");
            problems.forEach(problem -> log.error("changed files are not in force: " + part.name() + ": " + problem));
        }
        // Last, so that whoever sees it sees the rest, too.
        reloads.labelValues(part.name(), taken ? "success" : "failure").inc();
    }
}

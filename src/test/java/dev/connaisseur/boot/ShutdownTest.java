package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.Settings;
import dev.connaisseur.webhook.Lifecycle;
import dev.connaisseur.webhook.Lifecycle.Stage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ShutdownTest {
    private final Lifecycle lifecycle = new Lifecycle();
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final ProcessLog log = ProcessLog.to(lines, "info", "json", () -> {});
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    @Test
    void isUnreadyAtOnceAndWaitsForOpenRequests() throws Exception {
        lifecycle.reached(Stage.READY);
        lifecycle.entered();
        Thread.ofVirtual().start(shutdown(Duration.ofMillis(50), Duration.ofSeconds(60))::run);
        assertThat(lifecycle.awaitStopping(Duration.ofSeconds(10))).isTrue();
        TimeUnit.MILLISECONDS.sleep(200);
        assertThat(exit).as("a request is open").isNotDone();
        lifecycle.left();
        assertThat(exit.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(lines.toString(StandardCharsets.UTF_8)).contains("every request was answered");
    }

    @Test
    void servesOnForTheDelay() {
        long begun = System.nanoTime();
        shutdown(Duration.ofMillis(300), Duration.ZERO).run();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        assertThat(exit).isCompletedWithValue(0);
    }

    @Test
    void leavesStuckRequestsBehindAfterTheGrace() {
        lifecycle.entered();
        shutdown(Duration.ZERO, Duration.ofMillis(50)).run();
        assertThat(exit).isCompletedWithValue(0);
        assertThat(lines.toString(StandardCharsets.UTF_8)).contains("stopped with 1 requests open");
    }

    @Test
    void aLateReadyDoesNotUndoIt() {
        shutdown(Duration.ZERO, Duration.ZERO).run();
        lifecycle.reached(Stage.READY);
        assertThat(lifecycle.stage()).isEqualTo(Stage.STOPPING);
    }

    private Shutdown shutdown(Duration delay, Duration grace) {
        return new Shutdown(lifecycle, new Settings.Shutdown(delay, grace), log, exit::complete);
    }
}

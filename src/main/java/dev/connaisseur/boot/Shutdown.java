package dev.connaisseur.boot;

import dev.connaisseur.config.Settings;
import dev.connaisseur.webhook.Lifecycle;
import dev.connaisseur.webhook.Lifecycle.Stage;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * The way out. Left alone, the server closes its ports at the first SIGTERM and drops what it was deciding, while the cluster goes
 * on sending for seconds. So: unready at once, serve on for {@code delay}, wait at most {@code grace} for open requests, end with 0.
 */
final class Shutdown {
    private final Lifecycle lifecycle;
    private final Settings.Shutdown spans;
    private final ProcessLog log;
    private final IntConsumer exit;
    private final AtomicBoolean begun = new AtomicBoolean();

    Shutdown(Lifecycle lifecycle, Settings.Shutdown spans, ProcessLog log, IntConsumer exit) {
        this.lifecycle = lifecycle;
        this.spans = spans;
        this.log = log;
        this.exit = exit;
    }

    /** From now on SIGTERM means this. The platform calls it on a thread of its own. Reflection, as the compiler knows no way to accept {@code sun.misc} under {@code -Werror}. */
    void onTerm() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle run = MethodHandles.lookup().bind(this, "run", MethodType.methodType(void.class));
            Object ours = MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(run, 0, signal));
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), ours);
        } catch (ReflectiveOperationException e) {
            log.error("SIGTERM cannot be handled: requests in flight will be lost at the end", e);
        }
    }

    /** Ends the process in order; a second call while the first is at work does nothing. */
    void run() {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        lifecycle.reached(Stage.STOPPING);
        log.info("stopping: not ready any more, serving on for " + spans.delay().toSeconds() + " s");
        try {
            Thread.sleep(spans.delay());
            if (lifecycle.awaitIdle(spans.grace())) {
                log.info("stopped: every request was answered");
            } else {
                log.warning("stopped with " + lifecycle.inFlight() + " requests open after "
                        + spans.grace().toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exit.accept(0);
    }
}

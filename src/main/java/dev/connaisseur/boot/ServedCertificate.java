package dev.connaisseur.boot;

import dev.connaisseur.webhook.Lifecycle;
import dev.connaisseur.webhook.Lifecycle.Stage;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Gets a certificate from our hands into the server's. The server listens before the application starts, with a certificate of its
 * own making, and polls the key store: only a handshake tells when it serves ours.
 */
final class ServedCertificate {
    private static final Duration POLL = Duration.ofMillis(200);
    /** The server may write its own certificate over ours when both are made at one time: after this many polls ours is written again. */
    private static final int PATIENCE = 25;

    private volatile ServingCertificate certificate;
    private final KeyStoreFile file;
    private final InetSocketAddress listener;
    private final Lifecycle lifecycle;
    private final ProcessLog log;

    ServedCertificate(
            ServingCertificate certificate,
            KeyStoreFile file,
            InetSocketAddress listener,
            Lifecycle lifecycle,
            ProcessLog log) {
        this.certificate = certificate;
        this.file = file;
        this.listener = listener;
        this.lifecycle = lifecycle;
        this.log = log;
    }

    /** Writes the key store and returns; the process becomes ready once the port shows the certificate. */
    void serve() {
        file.write(certificate);
        Thread.ofVirtual().name("certificate").start(this::awaitServed);
    }

    /** What is served, or about to be. */
    ServingCertificate current() {
        return certificate;
    }

    /** Serves another certificate to whoever connects from about now on; connections that stand keep theirs. */
    void replaceBy(ServingCertificate next) {
        if (!next.leaf().equals(certificate.leaf())) {
            certificate = next;
            serve();
        }
    }

    private void awaitServed() {
        try {
            for (int polls = 1; !LoopbackHandshake.shows(listener, certificate.leaf()); polls++) {
                if (lifecycle.awaitStopping(POLL)) {
                    return;
                }
                if (polls % PATIENCE == 0) {
                    log.warning("the certificate is not served yet, its key store is written again");
                    file.write(certificate);
                }
            }
            lifecycle.reached(Stage.READY);
            log.info("ready on " + listener.getAddress().getHostAddress() + " port " + listener.getPort());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

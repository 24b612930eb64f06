package dev.connaisseur.boot;

import dev.connaisseur.webhook.Lifecycle;
import dev.connaisseur.webhook.Lifecycle.Stage;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gets a certificate from our hands into the server's. The server listens before the application starts, with a certificate of its
 * own making, and polls the key store: only a handshake tells when it serves ours. A handshake that goes on while the key store is
 * read again may bring the old certificate back for good, so the port is looked at for as long as the process lives.
 */
final class ServedCertificate {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LOOK = Duration.ofSeconds(3);
    /** So many handshakes in a row must have shown the certificate before anybody is told that we are ready. */
    private static final int SURE = 3;
    /** After so many polls without the certificate its key store is written again. */
    private static final int PATIENCE = 25;

    private volatile ServingCertificate certificate;
    private final KeyStoreFile file;
    private final InetSocketAddress listener;
    private final Lifecycle lifecycle;
    private final ProcessLog log;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean hindered;

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
        Thread.ofVirtual().name("certificate").start(this::watch);
    }

    /** What is served, or about to be. */
    ServingCertificate current() {
        return certificate;
    }

    /** Serves another certificate to whoever connects from about now on; connections that stand keep theirs. */
    void replaceBy(ServingCertificate next) {
        if (!next.leaf().equals(certificate.leaf())) {
            certificate = next;
            write();
        }
    }

    /** A full disk makes us unready, and is tried again: what is served meanwhile is not what the API server expects. */
    private void write() {
        lock.lock();
        try {
            file.write(certificate);
            hindered(false, "the key store is written again");
        } catch (UncheckedIOException e) {
            hindered(true, e.getMessage() + ": not ready until it can be (" + e.getCause() + ")");
        } finally {
            lock.unlock();
        }
    }

    private void shown(ServingCertificate which) {
        lock.lock();
        try {
            if (which.leaf().equals(certificate.leaf())) {
                hindered(false, "the certificate is served again");
            }
        } finally {
            lock.unlock();
        }
    }

    private void hindered(boolean now, String text) {
        if (now != hindered) {
            hindered = now;
            lifecycle.hinder(now);
            log.warning(text);
        }
    }

    private void watch() {
        try {
            if (isServed(SURE)) {
                lifecycle.reached(Stage.READY);
                log.info("ready on " + listener.getAddress().getHostAddress() + " port " + listener.getPort());
            }
            while (!lifecycle.awaitStopping(LOOK) && isServed(1)) {}
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until {@code times} handshakes in a row have shown the certificate; false if the process is told to end before. */
    private boolean isServed(int times) throws InterruptedException {
        int shown = 0;
        for (int polls = 1; true; polls++) {
            ServingCertificate expected = certificate;
            shown = LoopbackHandshake.shows(listener, expected.leaf()) ? shown + 1 : 0;
            if (shown == times) {
                shown(expected);
                return true;
            }
            if (lifecycle.awaitStopping(POLL)) {
                return false;
            }
            if (polls % PATIENCE == 0) {
                log.warning("the certificate is not served yet, its key store is written again");
                write();
            }
        }
    }
}

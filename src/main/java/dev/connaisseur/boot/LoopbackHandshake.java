package dev.connaisseur.boot;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Asks a port of this machine which certificate it shows. */
final class LoopbackHandshake {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private LoopbackHandshake() {}

    /** Whether a TLS handshake with {@code address} ends well when exactly {@code expected}, and nothing else, is trusted. */
    static boolean shows(InetSocketAddress address, X509Certificate expected) {
        try (SSLSocket socket =
                (SSLSocket) trusting(expected).getSocketFactory().createSocket()) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.connect(address, (int) LIMIT.toMillis());
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0].equals(expected);
        } catch (IOException e) {
            return false; // not listening yet, or another certificate
        }
    }

    private static SSLContext trusting(X509Certificate expected) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("expected", expected);
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java platform speaks TLS", e);
        }
    }
}

package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

final class LoopbackHandshakeTest {
    private static final ServingCertificate OURS = SelfSigned.create(InstantSource.system());
    private static final ServingCertificate OTHER = SelfSigned.create(InstantSource.system());

    @Test
    void tellsOurCertificateFromAnother() throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(serving(OURS)));
        server.start();
        try {
            assertThat(LoopbackHandshake.shows(server.getAddress(), OURS.leaf()))
                    .isTrue();
            assertThat(LoopbackHandshake.shows(server.getAddress(), OTHER.leaf()))
                    .isFalse();
        } finally {
            server.stop(0);
        }
        assertThat(LoopbackHandshake.shows(server.getAddress(), OURS.leaf()))
                .as("nobody listens")
                .isFalse();
    }

    private static SSLContext serving(ServingCertificate certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        X509Certificate[] chain = certificate.chain().toArray(new X509Certificate[0]);
        store.setKeyEntry("key", certificate.key(), new char[0], chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}

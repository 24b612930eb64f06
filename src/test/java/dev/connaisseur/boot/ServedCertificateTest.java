package dev.connaisseur.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.webhook.Lifecycle;
import dev.connaisseur.webhook.Lifecycle.Stage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that serves what lies in the key store at each handshake, as Liberty does a moment later. */
@Timeout(120)
class ServedCertificateTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final ServingCertificate FIRST = SelfSigned.create(InstantSource.system());
    private static final ServingCertificate NEXT = SelfSigned.create(InstantSource.system());

    @TempDir
    Path directory;

    private final Lifecycle lifecycle = new Lifecycle();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final ProcessLog log = ProcessLog.to(said, "info", "json", () -> {});
    private ServerSocket listener;
    private ServedCertificate served;

    @BeforeEach
    void serve() throws Exception {
        lifecycle.reached(Stage.STARTED);
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!listener.isClosed()) {
                try (Socket client = listener.accept()) {
                    SSLSocket secured =
                            (SSLSocket) stored().getSocketFactory().createSocket(client, null, client.getPort(), true);
                    secured.setUseClientMode(false);
                    secured.startHandshake();
                } catch (IOException | GeneralSecurityException e) {
                    // closed, or nothing to serve
                }
            }
        });
        served =
                new ServedCertificate(FIRST, new KeyStoreFile(file(), new String(PASSWORD)), address(), lifecycle, log);
    }

    @AfterEach
    void stop() throws IOException {
        lifecycle.reached(Stage.STOPPING);
        listener.close();
    }

    private Path file() {
        return directory.resolve("tls/key.p12");
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    private SSLContext stored() throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        }
    }

    private boolean shows(ServingCertificate certificate) {
        return LoopbackHandshake.shows(address(), certificate.leaf());
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; !condition.getAsBoolean() && i < 600; i++) {
            lifecycle.awaitStopping(Duration.ofMillis(100));
        }
        assertThat(condition.getAsBoolean())
                .as(said.toString(StandardCharsets.UTF_8))
                .isTrue();
    }

    private long times(String text) {
        return said.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(text))
                .count();
    }

    @Test
    void aReplacedCertificateIsServed() throws Exception {
        assertThat(lifecycle.ready()).isFalse();
        served.serve();
        await(lifecycle::ready);
        assertThat(shows(FIRST)).isTrue();
        served.replaceBy(NEXT);
        assertThat(lifecycle.ready()).isTrue();
        await(() -> shows(NEXT));
    }

    /** A directory that cannot be is what a test can have of a full disk. It is tried again, and told once. */
    @Test
    void aKeyStoreThatCannotBeWrittenMakesUnreadyUntilItCan() throws Exception {
        served.serve();
        await(lifecycle::ready);
        Path elsewhere = directory.resolve("elsewhere");
        Files.move(file().getParent(), elsewhere);
        Files.createFile(file().getParent());
        served.replaceBy(NEXT);
        assertThat(lifecycle.ready()).isFalse();
        served.replaceBy(FIRST);
        assertThat(lifecycle.ready()).isFalse();
        assertThat(times("cannot write the key store")).isEqualTo(1);

        Files.delete(file().getParent());
        await(lifecycle::ready);
        assertThat(shows(FIRST)).isTrue();
        assertThat(times("cannot write the key store")).isEqualTo(1);
    }
}

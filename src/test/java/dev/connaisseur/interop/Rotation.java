package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.ServerProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

/** Replaces the serving certificate of all replicas, in every way that files are replaced, and waits until all show it. */
final class Rotation {
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";
    private static final String REFUSED = "connaisseur_reloads_total{result=\"failure\",what=\"certificate\"}";
    /** Far more than the minute that it may take. */
    private static final int TRIES = 1800;

    private final BalancedReplicas replicas;

    Rotation(BalancedReplicas replicas) {
        this.replicas = replicas;
    }

    /** By the one link that Kubernetes replaces. */
    void byLink() throws Exception {
        Map<String, String> next = replicas.pair();
        for (String name : BalancedReplicas.NAMES) {
            replicas.certificates(name).swap(next);
        }
        awaitServed(next);
    }

    /** A certificate with another one's key changes nothing; the right key, later, does. */
    void badPairByLink() throws Exception {
        Map<String, String> next = replicas.pair();
        Map<String, String> bad = Map.of(CERTIFICATE, of(next, CERTIFICATE), KEY, of(replicas.pair(), KEY));
        refused(() -> {
            for (String name : BalancedReplicas.NAMES) {
                replicas.certificates(name).swap(bad);
            }
        });
        for (String name : BalancedReplicas.NAMES) {
            replicas.certificates(name).swap(next);
        }
        awaitServed(next);
    }

    /** File by file, the certificate long before its key. */
    void fileByFile() throws Exception {
        Map<String, String> next = replicas.pair();
        refused(() -> replaceFiles(CERTIFICATE, next));
        replaceFiles(KEY, next);
        awaitServed(next);
    }

    private void replaceFiles(String file, Map<String, String> pair) throws IOException {
        for (String name : BalancedReplicas.NAMES) {
            Path mounted = replicas.certificates(name).path();
            Path next = Files.writeString(mounted.resolve("next"), of(pair, file));
            Files.move(
                    next, mounted.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private interface Change {
        void make() throws IOException;
    }

    /** All say that they cannot use what they found, and go on as before. */
    private void refused(Change change) throws Exception {
        Map<String, Double> before = new TreeMap<>();
        Map<String, Certificate> shown = new TreeMap<>();
        for (String name : BalancedReplicas.NAMES) {
            before.put(name, Replicas.metric(replicas.replica(name), REFUSED));
            shown.put(name, shown(replicas.replica(name)));
        }
        change.make();
        for (String name : BalancedReplicas.NAMES) {
            Replicas.await(
                    "the bad pair was looked at",
                    replicas.replica(name),
                    REFUSED,
                    Objects.requireNonNull(before.get(name)) + 1);
            assertThat(shown(replicas.replica(name))).isEqualTo(shown.get(name));
        }
    }

    private void awaitServed(Map<String, String> pair) throws Exception {
        Certificate expected = CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(of(pair, CERTIFICATE).getBytes(StandardCharsets.US_ASCII)));
        for (String name : BalancedReplicas.NAMES) {
            ServerProcess server = replicas.replica(name);
            for (int i = 0; i < TRIES && !shown(server).equals(expected); i++) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            assertThat(shown(server)).as(name).isEqualTo(expected);
        }
    }

    private static String of(Map<String, String> pair, String file) {
        return Objects.requireNonNull(pair.get(file));
    }

    private static Certificate shown(ServerProcess server) throws IOException, GeneralSecurityException {
        try (SSLSocket socket =
                (SSLSocket) server.trust().getSocketFactory().createSocket("localhost", server.port())) {
            socket.setSoTimeout(60_000);
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }
}

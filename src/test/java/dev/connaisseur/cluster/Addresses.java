package dev.connaisseur.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Addresses of pods. Kubernetes takes none of 127.0.0.0/8 for a pod, so some of 198.18.0.0/15, which RFC 2544 keeps for tests, are made
 * this machine's own at its loopback interface. That needs root.
 */
final class Addresses implements AutoCloseable {
    /** Where the chart's pods listen. */
    static final int PORT = 5000;

    /** For pods that nobody listens for. */
    static final String OTHERS = "198.18.77.128/25";

    private static final String RANGE = "198.18.77.0/24";
    private static final HttpClient PROBE = HttpClient.newBuilder()
            .sslContext(everybody())
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private Addresses() {}

    static Addresses open() {
        ip("replace");
        return new Addresses();
    }

    static String of(int pod) {
        return RANGE.replace("0/24", Integer.toString(pod));
    }

    /** Asks as a kubelet probes: by HTTPS, whatever the certificate. */
    static boolean answers(String address, String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + address + ":" + PORT + path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return PROBE.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether the server there shows a certificate that is trusted so. Names are not compared. */
    static boolean shows(String address, SSLContext trust) {
        try (SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(address, PORT), 5000);
            socket.setSoTimeout(5000);
            socket.startHandshake();
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What stands on a page there; nothing while nobody answers. */
    static String page(String address, String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + address + ":" + PORT + path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return PROBE.send(request, BodyHandlers.ofString()).body();
        } catch (IOException notYet) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static void ip(String what) {
        List<String> command = List.of("ip", "route", what, "local", RANGE, "dev", "lo");
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + " did not succeed");
            }
        } catch (IOException e) {
            throw new AssertionError(command + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static SSLContext everybody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Everybody()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** An extended one, so that the JDK does not compare names either. */
    private static final class Everybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public void close() {
        ip("del");
    }
}

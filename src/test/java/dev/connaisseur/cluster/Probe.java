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
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Asks the controller at a pod's address, as a kubelet does, whatever its certificate. */
final class Probe {
    /** Where the chart's pods listen. */
    static final int PORT = 5000;

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .sslContext(everybody())
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private Probe() {}

    /** Whether it says yes. */
    static boolean answers(String address, String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + address + ":" + PORT + path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return CLIENT.send(request, BodyHandlers.discarding()).statusCode() == 200;
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
            return CLIENT.send(request, BodyHandlers.ofString()).body();
        } catch (IOException notYet) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
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
}

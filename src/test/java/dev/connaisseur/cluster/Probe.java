package dev.connaisseur.cluster;

import dev.connaisseur.testing.AnyCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Asks the controller at a pod's address, as a kubelet does, whatever its certificate. */
final class Probe {
    /** Where the chart's pods listen. */
    static final int PORT = 5000;

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .sslContext(AnyCertificate.taken())
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private Probe() {}

    /** Whether it says yes. */
    static boolean answers(String address, String path) {
        return get(address, path).filter(answer -> answer.statusCode() == 200).isPresent();
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
        return get(address, path).map(HttpResponse::body).orElse("");
    }

    private static Optional<HttpResponse<String>> get(String address, String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + address + ":" + PORT + path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return Optional.of(CLIENT.send(request, BodyHandlers.ofString()));
        } catch (IOException notYet) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}

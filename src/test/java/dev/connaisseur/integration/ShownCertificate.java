package dev.connaisseur.integration;

import dev.connaisseur.testing.AnyCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** The certificate that a port shows, whoever signed it: these tests want to know it, not to trust it. */
record ShownCertificate(X509Certificate certificate) {

    /**
     * What one connection brought.
     *
     * @param status of the answer, 0 where there was none
     * @param certificate empty where no handshake was made
     */
    record Answer(int status, Optional<ShownCertificate> certificate) {}

    static ShownCertificate ofFile(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            return new ShownCertificate(
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** One GET on a connection of its own. */
    static Answer ask(int port, String path) {
        Optional<ShownCertificate> shown = Optional.empty();
        try (SSLSocket socket =
                (SSLSocket) AnyCertificate.taken().getSocketFactory().createSocket()) {
            socket.setSoTimeout(20_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
            socket.startHandshake();
            shown = Optional.of(
                    new ShownCertificate((X509Certificate) socket.getSession().getPeerCertificates()[0]));
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return new Answer(line == null ? 0 : Integer.parseInt(line.split(" ", 3)[1]), shown);
        } catch (IOException e) {
            return new Answer(0, shown);
        }
    }
}

package dev.connaisseur.interop;

import dev.connaisseur.json.StrictJson;
import dev.connaisseur.testing.TestAuthority;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** Debian's notary-server on a free port, on loopback unless told otherwise, with TLS by an authority of its own and everything in memory. */
public final class NotaryServerProcess implements AutoCloseable {
    private final Process process;
    private final String host;
    private final int port;
    private final Path directory;
    private final TestAuthority authority;
    private final HttpClient http;

    private NotaryServerProcess(
            Process process, String host, int port, Path directory, TestAuthority authority, HttpClient http) {
        this.process = process;
        this.host = host;
        this.port = port;
        this.directory = directory;
        this.authority = authority;
        this.http = http;
    }

    /** Starts it and waits until it answers. */
    public static NotaryServerProcess start(Tool program, Path directory) throws IOException, InterruptedException {
        return start(program, directory, "127.0.0.1");
    }

    /** The same at another address of this machine. */
    static NotaryServerProcess start(Tool program, Path directory, String host)
            throws IOException, InterruptedException {
        int port = freePort();
        TestAuthority authority = TestAuthority.create("notary CA");
        authority.writePair(directory, host);
        Path configuration = directory.resolve("server.json");
        Files.writeString(
                configuration, """
                {"server": {"http_addr": "%s:%d", "tls_cert_file": "%s", "tls_key_file": "%s"},
                 "trust_service": {"type": "local"},
                 "logging": {"level": "error"},
                 "storage": {"backend": "memory"}}
                """.formatted(host, port, directory.resolve("tls.crt"), directory.resolve("tls.key")));
        Path log = directory.resolve("server.log");
        Process process = new ProcessBuilder(program.program().toString(), "-config", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        HttpClient http = HttpClient.newBuilder()
                .sslContext(authority.trust())
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        NotaryServerProcess server = new NotaryServerProcess(process, host, port, directory, authority, http);
        for (int i = 0; i < 1200; i++) {
            try {
                if (server.get("/v2/").length > 0) {
                    return server;
                }
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        server.close();
        throw new AssertionError("notary-server did not answer: " + Files.readString(log));
    }

    int port() {
        return port;
    }

    public String address() {
        return "https://" + host + ":" + port;
    }

    /** The authority of the server's certificate. */
    Path authority() {
        return directory.resolve("ca.crt");
    }

    /** For whoever takes the server's place. */
    SSLContext identity() {
        return authority.server();
    }

    /** What a validator's configuration needs to trust the server. */
    public String cert() throws IOException {
        return "cert: |\n" + Files.readString(authority()).indent(2);
    }

    /** The role files of a repository as they are now. */
    Map<String, byte[]> files(String repository, List<String> names) throws IOException, InterruptedException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : names) {
            files.put(name, get("/v2/" + repository + "/_trust/tuf/" + name + ".json"));
        }
        return files;
    }

    /** The key of the present root, as PEM. */
    public String rootKey(String repository) throws IOException, InterruptedException {
        JsonObject signed = StrictJson.parseObject(
                        files(repository, List.of("root")).values().iterator().next())
                .getJsonObject("signed");
        String id = signed.getJsonObject("roles")
                .getJsonObject("root")
                .getJsonArray("keyids")
                .getString(0);
        byte[] certificate = Base64.getDecoder()
                .decode(signed.getJsonObject("keys")
                        .getJsonObject(id)
                        .getJsonObject("keyval")
                        .getString("public"));
        try {
            byte[] spki = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate))
                    .getPublicKey()
                    .getEncoded();
            return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(spki)
                    + "\n-----END PUBLIC KEY-----\n";
        } catch (CertificateException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] get(String path) throws IOException, InterruptedException {
        var answer =
                http.send(HttpRequest.newBuilder(URI.create(address() + path)).build(), BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + answer.statusCode());
        }
        return answer.body();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        http.close();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

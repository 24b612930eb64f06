package dev.connaisseur.threats;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Row 64: any pod can reach the port of the webhook. Whatever it does there, the API server is answered, in a small heap. */
@Timeout(300)
class PortFloodIT {
    private static final String REVIEW =
            Reviews.create("Pod", "honest", "registry.k8s.io/pause:3.9").toString();
    private static final Pattern COLLECTION = Pattern.compile("([0-9]+)M->([0-9]+)M\\([0-9]+M\\)");
    private static final RowLedger LEDGER = new RowLedger();
    private static ServerProcess server;
    private static Path collections;

    private final List<Socket> open = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        Path configuration = Files.createDirectories(directory.resolve("config"));
        Files.writeString(configuration.resolve("config.yaml"), """
                validators:
                - {name: allow, type: static, approve: true}
                policy:
                - {pattern: "registry.k8s.io/*:*", validator: allow}
                """);
        collections = directory.resolve("gc.log");
        server = ServerProcess.start(
                        directory,
                        Map.of(
                                "CONNAISSEUR_CONFIG_DIR",
                                configuration.toString(),
                                "JVM_ARGS",
                                "-Xmx256m -Xlog:gc:file=" + collections))
                .awaitReady(Duration.ofMinutes(5));
        LEDGER.begin(64);
    }

    /** What each collection found and left, in MiB, tells what the heap held at most. */
    @AfterAll
    static void stop() throws IOException {
        server.close();
        List<MatchResult> found =
                COLLECTION.matcher(Files.readString(collections)).results().toList();
        LEDGER.end(most(found, 1) << 10, most(found, 2) << 10);
        LEDGER.write("PortFloodIT");
    }

    private static long most(List<MatchResult> collections, int group) {
        return collections.stream()
                .mapToLong(collection -> Long.parseLong(collection.group(group)))
                .max()
                .orElseThrow();
    }

    @AfterEach
    void hangUp() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    private static void stillAnswers() {
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            AdmissionAnswer answer = AdmissionAnswer.of(server.review(REVIEW));
            assertThat(answer.allowed()).as(answer.message()).isTrue();
            LEDGER.admitted();
            LEDGER.beside(Duration.ofNanos(System.nanoTime() - start));
        }
        assertThat(server.console()).doesNotContain("OutOfMemoryError");
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        open.add(socket);
        return socket;
    }

    private SSLSocket secured() throws IOException {
        SSLSocket socket =
                (SSLSocket) server.trust().getSocketFactory().createSocket(connect(), "localhost", server.port(), true);
        socket.startHandshake();
        open.add(socket);
        return socket;
    }

    @Row(64)
    @Test
    void idleConnections() throws IOException {
        for (int i = 0; i < 1000; i++) {
            connect();
        }
        stillAnswers();
    }

    @Row(64)
    @Test
    void headersThatNeverEnd() throws IOException {
        for (int i = 0; i < 100; i++) {
            secured().getOutputStream().write("POST /mutate HTTP/1.1\r\nHost: localhost\r\nX-A: ".getBytes(US_ASCII));
        }
        stillAnswers();
    }

    @Row(64)
    @Test
    void bodiesThatNeverCome() throws IOException {
        for (int i = 0; i < 100; i++) {
            secured()
                    .getOutputStream()
                    .write(("POST /mutate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 8000000\r\n\r\n{")
                            .getBytes(US_ASCII));
        }
        stillAnswers();
    }

    @Row(64)
    @Test
    void aBodyOf3Gigabytes() {
        byte[] block = new byte[1 << 20];
        InputStream endless = new SequenceInputStream(Collections.enumeration(IntStream.range(0, 3000)
                .mapToObj(i -> (InputStream) new ByteArrayInputStream(block))
                .toList()));
        HttpResponse<String> answer = server.send(HttpRequest.newBuilder(server.uri("/mutate"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> endless)));
        assertThat(answer.statusCode()).isEqualTo(413);
        LEDGER.refused();
        stillAnswers();
    }

    @Row(64)
    @Test
    void manySmallRequests() {
        for (int i = 0; i < 3000; i++) {
            assertThat(server.status(i % 2 == 0 ? "/nothing" : "/ready")).isIn(404, 200);
        }
        stillAnswers();
    }

    /** What two readers may take for one request or for two is no request. */
    @Row(64)
    @Test
    void bothLengths() throws IOException {
        SSLSocket socket = secured();
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(String.join(
                                "\r\n",
                                "POST /mutate HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: application/json",
                                "Content-Length: 5",
                                "Transfer-Encoding: chunked",
                                "",
                                "0",
                                "",
                                "GET /ready HTTP/1.1",
                                "Host: localhost",
                                "Connection: close",
                                "",
                                "")
                        .getBytes(US_ASCII));
        String said = new String(socket.getInputStream().readNBytes(100_000), US_ASCII);
        assertThat(said.split("HTTP/1\\.1 [0-9]", -1).length - 1).isLessThanOrEqualTo(2);
        assertThat(said).doesNotContain("\"allowed\"");
        stillAnswers();
    }

    @Row(64)
    @Test
    void aPackedBody() {
        HttpResponse<String> answer = server.send(HttpRequest.newBuilder(server.uri("/mutate"))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(new byte[] {0x1f, (byte) 0x8b, 8, 0})));
        assertThat(answer.statusCode()).isIn(400, 415);
        LEDGER.refused();
        stillAnswers();
    }
}

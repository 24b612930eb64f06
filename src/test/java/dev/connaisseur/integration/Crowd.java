package dev.connaisseur.integration;

import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;

/** Many connections to one server, all made before anything is asked; each is for one admission at a time. */
final class Crowd implements AutoCloseable {
    /** So many handshakes at a time. */
    private static final int TOGETHER = 32;

    private static final Duration FOREVER = Duration.ofMinutes(2);

    /** The server gives up a connection that was used once after a minute of silence. */
    private static final Duration FRESH = Duration.ofSeconds(30);

    private final ServerProcess server;
    private final List<SSLSocket> connections = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Crowd(ServerProcess server) {
        this.server = server;
    }

    /**
     * What one of them got.
     *
     * @param time from the last byte of the question to the last one of the answer
     */
    record Answered(AdmissionAnswer answer, Duration time) {}

    /** Sees to it that there are so many connections that the server will not soon give up: each has just been used. */
    void connect(int size) {
        for (int i = 0; i < 10; i++) {
            open(size);
            long begun = System.nanoTime();
            List<CompletableFuture<Answered>> trials = IntStream.range(0, size)
                    .mapToObj(number -> ask(number, "registry.k8s.io/pause:3.9", 30))
                    .toList();
            for (int number = 0; number < size; number++) {
                if (failed(trials.get(number))) {
                    leave(number);
                }
            }
            if (connections.stream().noneMatch(SSLSocket::isClosed) && System.nanoTime() - begun < FRESH.toNanos()) {
                return;
            }
        }
        throw new AssertionError("this machine is too slow for " + size + " connections");
    }

    private static boolean failed(CompletableFuture<Answered> trial) {
        return ended(trial.handle((answered, failure) -> failure != null));
    }

    private void open(int size) {
        connections.removeIf(SSLSocket::isClosed);
        Semaphore turns = new Semaphore(TOGETHER);
        List<CompletableFuture<SSLSocket>> opening = IntStream.range(
                        connections.size(), Math.max(connections.size(), size))
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> opened(turns), threads))
                .toList();
        opening.forEach(one -> connections.add(ended(one)));
    }

    private SSLSocket opened(Semaphore turns) {
        turns.acquireUninterruptibly();
        try {
            SSLSocket socket = (SSLSocket) server.trust().getSocketFactory().createSocket("localhost", server.port());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) FOREVER.toMillis());
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            throw new CompletionException(e);
        } finally {
            turns.release();
        }
    }

    /** Sends a question as an API server that waits for so many seconds; it is sent when this returns. */
    CompletableFuture<Answered> ask(int number, String image, int seconds) {
        SSLSocket connection = connections.get(number);
        byte[] body = Reviews.create("Pod", "crowd-" + number, image).toString().getBytes(StandardCharsets.UTF_8);
        String head = "POST /mutate?timeout=" + seconds + "s HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        try {
            connection
                    .getOutputStream()
                    .write((head + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
            connection.getOutputStream().flush();
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        long begun = System.nanoTime();
        return CompletableFuture.supplyAsync(
                () -> {
                    AdmissionAnswer answer = read(connection);
                    return new Answered(answer, Duration.ofNanos(System.nanoTime() - begun));
                },
                threads);
    }

    /** Goes away without waiting for the answer. */
    void leave(int number) {
        try {
            connections.get(number).close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static AdmissionAnswer read(SSLSocket connection) {
        try {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            String status = line(in);
            int length = -1;
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(
                            header.substring(header.indexOf(':') + 1).strip());
                }
            }
            if (!status.startsWith("HTTP/1.1 200 ") || length < 0) {
                throw new IOException("no review: " + status);
            }
            return AdmissionAnswer.ofJson(new String(in.readNBytes(length), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the server hung up after " + line);
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** What came of it. */
    static <T> T ended(CompletableFuture<T> one) {
        return one.orTimeout(FOREVER.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        IntStream.range(0, connections.size()).forEach(this::leave);
        threads.shutdownNow();
    }
}

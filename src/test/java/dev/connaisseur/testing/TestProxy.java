package dev.connaisseur.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A forward proxy for tests: tunnels every CONNECT to one loopback port, whatever name it is asked for, and keeps a log. */
public final class TestProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final Optional<String> authorization;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private TestProxy(ServerSocket listener, int target, Optional<String> authorization) {
        this.listener = listener;
        this.target = target;
        this.authorization = authorization;
    }

    /**
     * Starts a proxy.
     *
     * @param target the loopback port that everybody is connected to
     * @param authorization the {@code Proxy-Authorization} it demands, if any
     */
    public static TestProxy open(int target, Optional<String> authorization) {
        try {
            ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            TestProxy proxy = new TestProxy(listener, target, authorization);
            proxy.threads.execute(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** First lines of the requests, and what became of them: {@code CONNECT a.example:443 HTTP/1.1 -> 200}. */
    public List<String> log() {
        return List.copyOf(log);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            List<String> head = head(client.getInputStream());
            boolean allowed = authorization.isEmpty()
                    || head.stream().anyMatch(("Proxy-Authorization: " + authorization.get())::equalsIgnoreCase);
            boolean tunnel = head.getFirst().startsWith("CONNECT ");
            log.add(head.getFirst() + " -> " + (allowed ? "200" : "407"));
            OutputStream out = client.getOutputStream();
            if (!allowed) {
                out.write("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                return;
            }
            if (!tunnel) {
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied".getBytes(StandardCharsets.US_ASCII));
                return;
            }
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(server);
            out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            threads.execute(() -> copy(client, server));
            copy(server, client);
        } catch (IOException e) {
            log.add("lost");
        }
    }

    private static List<String> head(InputStream in) throws IOException {
        // One byte at a time: what follows belongs to the tunnel.
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no head");
            }
            head.append((char) next);
        }
        return new ArrayList<>(new BufferedReader(new InputStreamReader(
                        new java.io.ByteArrayInputStream(head.toString().getBytes(StandardCharsets.ISO_8859_1)),
                        StandardCharsets.ISO_8859_1))
                .lines()
                .toList());
    }

    private static void copy(Socket from, Socket to) {
        try (to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            return; // either side closed
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}

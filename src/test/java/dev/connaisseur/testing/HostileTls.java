package dev.connaisseur.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A loopback server that misbehaves in TLS, or in HTTP/2 inside it. */
public final class HostileTls implements AutoCloseable {
    /** Frames of RFC 9113 in hexadecimal; what precedes the bar is sent once. */
    public static final String PING = "|000008060000000000" + "0000000000000000";

    public static final String SETTINGS = "|000000040000000000";
    public static final String WINDOW = "|000004080000000000" + "00000001";
    public static final String RESET = "|000004030000000001" + "00000008";
    public static final String CONTINUATION = "000001010000000001" + "88" + "|000400090000000001" + "00".repeat(1024);

    private static final int PREFACE = 24;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final CountDownLatch brokenOff = new CountDownLatch(1);

    @FunctionalInterface
    private interface Conversation {
        void with(Socket socket) throws IOException;
    }

    private HostileTls(ServerSocket listener, Conversation conversation) {
        this.listener = listener;
        threads.execute(() -> accept(conversation));
    }

    /** Takes connections and says nothing. */
    public static HostileTls silent(TestAuthority authority) {
        return new HostileTls(listening(), socket -> {});
    }

    /** Shows a trusted certificate followed by so many more. */
    public static HostileTls longChain(TestAuthority authority, int more) {
        SSLContext context = authority.serverWithChainOf(more);
        return new HostileTls(listening(), socket -> secured(context, socket).startHandshake());
    }

    /** Speaks HTTP/2 and sends one frame again and again. */
    public static HostileTls flooding(TestAuthority authority, String frames) {
        SSLContext context = authority.server();
        return new HostileTls(listening(), socket -> flood(secured(context, socket), frames));
    }

    private static ServerSocket listening() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SSLSocket secured(SSLContext context, Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
        secured.setUseClientMode(false);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        secured.setSSLParameters(parameters);
        return secured;
    }

    private static void flood(SSLSocket socket, String frames) throws IOException {
        InputStream in = socket.getInputStream();
        in.readNBytes(PREFACE);
        OutputStream out = socket.getOutputStream();
        String[] parts = frames.split("\\|", -1);
        out.write(HexFormat.of().parseHex("000000040000000000" + parts[0]));
        byte[] again = HexFormat.of().parseHex(parts[1].repeat(Math.max(1, 16_000 / parts[1].length())));
        while (!socket.isClosed()) {
            out.write(again);
        }
    }

    /** {@code localhost:<port>}. */
    public String host() {
        return "localhost:" + listener.getLocalPort();
    }

    private void accept(Conversation conversation) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                threads.execute(() -> serve(conversation, socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Conversation conversation, Socket socket) {
        try {
            conversation.with(socket);
        } catch (IOException hungUp) {
            brokenOff.countDown(); // the client broke it off
        }
    }

    /** Waits until the client has broken off a connection; false if it does not. */
    public boolean awaitBrokenOff(Duration limit) throws InterruptedException {
        return brokenOff.await(limit.toNanos(), TimeUnit.NANOSECONDS);
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

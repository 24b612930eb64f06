package dev.connaisseur.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The checked way to a server. A connection is made to these addresses and to no others, so that a name that answers otherwise a
 * moment later changes nothing.
 *
 * @param addresses those of the server that the rules permit, or those of the proxy if there is one; at least one
 */
record Route(HostPort server, List<InetAddress> addresses, Optional<Proxies.Server> proxy) {
    private static final int MAX_HEAD = 8192;

    Route {
        addresses = List.copyOf(addresses);
    }

    /** The proxy opens no tunnel, and will not the next time. */
    static final class ProxyRefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        ProxyRefusedException() {
            super("the proxy opens no tunnel");
        }
    }

    /** Where to connect first. */
    InetSocketAddress first() {
        return new InetSocketAddress(addresses.getFirst(), port());
    }

    private int port() {
        return proxy.map(Proxies.Server::address).orElse(server).port();
    }

    /**
     * Connects to the first address that answers, through the proxy's tunnel if there is one.
     *
     * @throws SocketTimeoutException if nobody answered within the limit
     */
    Socket connect(Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        Socket socket = connectAny(end);
        if (proxy.isPresent()) {
            tunnel(socket, proxy.get(), end);
        }
        return socket;
    }

    private Socket connectAny(long end) throws IOException {
        IOException last = new IOException("no address");
        for (int i = 0; i < addresses.size(); i++) {
            long share = (end - System.nanoTime()) / (addresses.size() - i);
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(addresses.get(i), port()), millis(share));
                return socket;
            } catch (IOException e) {
                socket.close();
                last = e;
            }
        }
        throw last;
    }

    private void tunnel(Socket socket, Proxies.Server through, long end) throws IOException {
        String credentials = through.authorization()
                .map(value -> "Proxy-Authorization: " + value + "\r\n")
                .orElse("");
        String request = "CONNECT " + server.authority() + " HTTP/1.1\r\nHost: " + server.authority() + "\r\n"
                + credentials + "\r\n";
        try {
            socket.setSoTimeout(millis(end - System.nanoTime()));
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String head = head(socket.getInputStream());
            if (head.matches("(?s)HTTP/1\\.[01] 5.*")) {
                throw new IOException("the proxy cannot reach the server");
            }
            if (!head.matches("(?s)HTTP/1\\.[01] 2.*")) {
                throw new ProxyRefusedException();
            }
            socket.setSoTimeout(0);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Reads to the empty line and not one byte further. */
    static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < MAX_HEAD) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the head does not end");
            }
            head.append((char) next);
            if (next == '\n'
                    && head.length() > 3
                    && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.toString();
            }
        }
        throw new IOException("the head is too long");
    }

    private static int millis(long nanos) throws SocketTimeoutException {
        if (nanos <= 0) {
            throw new SocketTimeoutException("no time is left to connect");
        }
        return Math.clamp(nanos / 1_000_000, 1, 60_000);
    }
}

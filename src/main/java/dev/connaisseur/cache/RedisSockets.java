package dev.connaisseur.cache;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import redis.clients.jedis.SSLSocketWrapper;

/** TLS sockets for Jedis, which makes room for whatever a reply announces: here replies are {@linkplain BoundedReplies bounded}. */
final class RedisSockets extends SSLSocketFactory {
    private final SSLSocketFactory sockets;

    RedisSockets(SSLSocketFactory sockets) {
        this.sockets = sockets;
    }

    /** A socket whose other side has to keep to bounds. */
    private static final class Bounded extends SSLSocketWrapper {
        private final InputStream replies;

        Bounded(SSLSocket socket, Socket underlying) throws IOException {
            super(socket, underlying);
            replies = new BoundedReplies(socket.getInputStream());
        }

        @Override
        public InputStream getInputStream() {
            return replies;
        }
    }

    /** The one that Jedis calls. */
    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean close) throws IOException {
        return new Bounded((SSLSocket) sockets.createSocket(connected, host, port, close), connected);
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unconnected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
        throw unconnected();
    }

    private static UnsupportedOperationException unconnected() {
        return new UnsupportedOperationException("connections are made before");
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }
}

package dev.connaisseur.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The door through which every TLS connection leaves: a tunnel on a loopback port inside this process that the JDK's client takes for
 * its proxy. That client would resolve names by itself and connect to whatever comes out; from here a connection goes along a
 * {@link Route} that was checked before, through the configured proxy if there is one, and nowhere else. The bytes inside are TLS from
 * end to end.
 */
final class Gate implements AutoCloseable {
    private static final int MAX_PASSAGES = 4096;
    private static final int BUFFER = 16 << 10;
    private static final int HEAD_MILLIS = 5000;
    private static final int HALF_CLOSED_MILLIS = 10_000;
    private static final int LOOK_MILLIS = 5000;
    private static final long ACCEPT_PAUSE = 50_000_000;
    private static final Pattern CONNECT = Pattern.compile("CONNECT (\\S+) HTTP/1\\.1\r\n.*", Pattern.DOTALL);

    /**
     * Whether bytes still move through a tunnel. The JDK's client closes what lies idle in its pool, but may leave a connection open, and
     * read no more from it, whose answer was no HTTP.
     */
    private static final class Flow {
        /** Longer than the client's pool keeps a connection. */
        private static final long IDLE_NANOS = 40_000_000_000L;

        private static final long BLOCKED_NANOS = 10_000_000_000L;
        private volatile long moved = System.nanoTime();
        private volatile boolean writing;

        void write(OutputStream out, byte[] buffer, int length) throws IOException {
            moved = System.nanoTime();
            writing = true;
            out.write(buffer, 0, length);
            writing = false;
        }

        boolean stands() {
            return System.nanoTime() - moved > (writing ? BLOCKED_NANOS : IDLE_NANOS);
        }
    }

    private final ServerSocket listener;
    private final Executor threads;
    private final Duration patience;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Passage> passages = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Passage> eldest) {
            return size() > MAX_PASSAGES;
        }
    };

    Gate(Executor threads, Duration patience) {
        this.threads = threads;
        this.patience = patience;
        try {
            this.listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no loopback port can be opened", e);
        }
        threads.execute(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    /** From now on connections to the route's server may be made, along this route. */
    Passage admit(Route route, int bodyLimit) {
        lock.lock();
        try {
            Passage passage = passages.computeIfAbsent(route.server().authority(), server -> new Passage(route));
            passage.admit(route, bodyLimit);
            return passage;
        } finally {
            lock.unlock();
        }
    }

    Optional<Passage> passage(String authority) {
        lock.lock();
        try {
            return Optional.ofNullable(passages.get(authority.toLowerCase(Locale.ROOT)));
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException | RejectedExecutionException e) {
                LockSupport.parkNanos(ACCEPT_PAUSE); // closed, or out of file handles for a while
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            client.setSoTimeout(HEAD_MILLIS);
            Matcher request = CONNECT.matcher(Route.head(client.getInputStream()));
            Optional<Passage> passage = request.matches() ? passage(request.group(1)) : Optional.empty();
            if (passage.isEmpty()) {
                say(client, "403 Forbidden");
                return;
            }
            client.setSoTimeout(LOOK_MILLIS);
            tunnel(client, passage.get());
        } catch (IOException e) {
            hangUp(client); // the other side did: its reader sees an end, and there is nobody else to tell
        } finally {
            open.remove(client);
        }
    }

    private void tunnel(Socket client, Passage passage) throws IOException {
        Passage.Meter meter = passage.meter();
        try (Socket server = connected(client, passage)) {
            open.add(server);
            say(client, "200 OK");
            CountDownLatch sent = new CountDownLatch(1);
            Flow flow = new Flow(); // of the answers
            threads.execute(() -> {
                copy(client, server, bytes -> true, flow::stands, new Flow());
                sent.countDown();
            });
            server.setSoTimeout(HALF_CLOSED_MILLIS);
            copy(server, client, meter::count, () -> sent.getCount() == 0 || flow.stands(), flow);
            sent.await(HALF_CLOSED_MILLIS, TimeUnit.MILLISECONDS);
            open.remove(server);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    private Socket connected(Socket client, Passage passage) throws IOException {
        try {
            return passage.connect(patience);
        } catch (IOException e) {
            say(client, "502 Bad Gateway"); // why, the passage knows
            throw e;
        }
    }

    /** Copies until the source ends and tells the target so; the other direction may still go on. */
    private static void copy(Socket from, Socket to, IntPredicate mayGoOn, BooleanSupplier abandoned, Flow flow) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            for (int read = read(in, buffer, abandoned); read >= 0; read = read(in, buffer, abandoned)) {
                if (!mayGoOn.test(read)) {
                    throw new IOException("more than was asked for");
                }
                flow.write(out, buffer, read);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            hangUp(from);
            hangUp(to);
        }
    }

    /** A silent source is waited for as long as the tunnel is not abandoned. */
    private static int read(InputStream in, byte[] buffer, BooleanSupplier abandoned) throws IOException {
        while (true) {
            try {
                return in.read(buffer);
            } catch (SocketTimeoutException e) {
                if (abandoned.getAsBoolean()) {
                    throw e;
                }
            }
        }
    }

    private static void say(Socket client, String status) throws IOException {
        client.getOutputStream().write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket cannot be closed", e);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket cannot be closed", e);
        }
        open.forEach(Gate::hangUp);
    }
}

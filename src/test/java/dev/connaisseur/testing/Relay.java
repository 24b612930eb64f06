package dev.connaisseur.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A loopback port that passes bytes to another one, until a test wants it to fail as a network does. The port stays the same. */
public final class Relay implements AutoCloseable {
    /** How much of what the target sends passes before a connection breaks or slows down; more than a TLS handshake. */
    public static final int PASSED = 6000;

    private static final int FILLING_MILLIS = 500;
    private final int target;
    private final int port;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile ServerSocket listener;
    private volatile boolean accepting;
    private volatile State state = State.PASSING;

    private enum State {
        PASSING,
        CUT,
        SILENT,
        RESETTING,
        HALF_CLOSING,
        DRIPPING
    }

    private Relay(int target, ServerSocket listener) {
        this.target = target;
        this.listener = listener;
        this.port = listener.getLocalPort();
    }

    public static Relay to(int target) {
        Relay relay = new Relay(target, listening(0, 50));
        relay.acceptAll();
        return relay;
    }

    public int port() {
        return port;
    }

    /** Connections are closed as soon as they are made. */
    public void cut() {
        become(State.CUT);
    }

    /** Connections are accepted and nothing ever comes back. */
    public void fallSilent() {
        become(State.SILENT);
    }

    /** Each connection is reset when {@link #PASSED} bytes have come back. */
    public void reset() {
        become(State.RESETTING);
    }

    /** From the other side nothing more comes than {@link #PASSED} bytes and the end; what is sent there still passes. */
    public void closeHalf() {
        become(State.HALF_CLOSING);
    }

    /** Once {@link #PASSED} bytes have come back, there comes one a second. */
    public void drip() {
        become(State.DRIPPING);
    }

    /** The port is closed: whoever connects is refused. */
    public void refuse() {
        accepting = false;
        end(listener);
        become(State.CUT);
    }

    /** Nobody who connects gets an answer of any kind: the queue of a listener that never accepts is full. */
    public void swallow() {
        refuse();
        listener = listening(port, 1);
        try {
            while (true) {
                Socket waiting = new Socket();
                open.add(waiting);
                waiting.connect(listener.getLocalSocketAddress(), FILLING_MILLIS);
            }
        } catch (SocketTimeoutException full) {
            // as it should be
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As in the beginning, whatever was before. */
    public void pass() {
        become(State.PASSING);
        if (!accepting) {
            end(listener);
            listener = listening(port, 50);
            acceptAll();
        }
    }

    private void become(State next) {
        state = next;
        open.removeIf(socket -> {
            end(socket);
            return true;
        });
    }

    /** Where a port was closed just now, the kernel may need a moment to give it again. */
    private static ServerSocket listening(int port, int queue) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            try {
                return new ServerSocket(port, queue, InetAddress.getLoopbackAddress());
            } catch (BindException e) {
                if (System.nanoTime() > end) {
                    throw new UncheckedIOException(e);
                }
                LockSupport.parkNanos(50_000_000);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void acceptAll() {
        ServerSocket current = listener;
        accepting = true;
        threads.execute(() -> {
            try {
                while (true) {
                    Socket client = current.accept();
                    threads.execute(() -> serve(client));
                }
            } catch (IOException closed) {
                // whoever closed it ends the connections, too
            }
        });
    }

    private void serve(Socket client) {
        open.add(client);
        switch (state) {
            case CUT -> end(client);
            case SILENT -> {} // stays open until the state changes
            case PASSING, RESETTING, HALF_CLOSING, DRIPPING -> {
                try {
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                    open.add(server);
                    threads.execute(() -> copy(client, server));
                    answer(server, client);
                } catch (IOException refused) {
                    end(client);
                }
            }
        }
    }

    /** The way to the target. */
    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException ended) {
            // the other direction has seen the end
        }
    }

    /** The way back, where connections fail. */
    private void answer(Socket server, Socket client) {
        State how = state;
        try (server;
                client) {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            if (how == State.PASSING) {
                in.transferTo(out);
                return;
            }
            byte[] buffer = new byte[PASSED];
            for (int left = PASSED; left > 0; ) {
                int read = in.read(buffer, 0, left);
                if (read < 0) {
                    return;
                }
                out.write(buffer, 0, read);
                left -= read;
            }
            switch (how) {
                case RESETTING -> RawServer.reset(client);
                case HALF_CLOSING -> {
                    client.shutdownOutput();
                    in.transferTo(OutputStream.nullOutputStream());
                }
                default -> {
                    for (int next = in.read(); next >= 0; next = in.read()) {
                        out.write(next);
                        TimeUnit.SECONDS.sleep(1);
                    }
                }
            }
        } catch (IOException ended) {
            // the other direction has seen the end
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception gone) {
            // so be it
        }
    }

    @Override
    public void close() {
        refuse();
        threads.shutdownNow();
    }
}

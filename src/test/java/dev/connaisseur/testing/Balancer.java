package dev.connaisseur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A loopback port in front of several servers, as a Kubernetes Service is: connections go round those that are ready, and it takes
 * a while until everybody has heard that one is not any more. Connections that stand are left alone. Where a server is not there at
 * all the next one is asked, as retries would do; {@link #refused()} tells how often.
 */
public final class Balancer implements AutoCloseable {
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Duration propagation;
    private final ServerSocket door;
    private final List<EndPoint> endPoints = new CopyOnWriteArrayList<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private static final class EndPoint {
        private final ServerProcess server;
        private final Set<Socket> open = ConcurrentHashMap.newKeySet();
        private volatile boolean serving;
        private volatile boolean watched = true;

        EndPoint(ServerProcess server) {
            this.server = server;
        }
    }

    private Balancer(Duration propagation, ServerSocket door) {
        this.propagation = propagation;
        this.door = door;
    }

    /**
     * Opens a port behind which nobody is yet.
     *
     * @param propagation for how long connections still go to a server that is not ready any more
     */
    public static Balancer open(Duration propagation) {
        try {
            Balancer balancer = new Balancer(propagation, new ServerSocket(0, 500, InetAddress.getLoopbackAddress()));
            balancer.threads.execute(balancer::acceptAll);
            return balancer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return door.getLocalPort();
    }

    /** How many connections found nobody where a server should have been. */
    public int refused() {
        return refused.get();
    }

    // ---- servers ----

    /** Watches this server from now on. */
    public void add(ServerProcess server) {
        EndPoint endPoint = new EndPoint(server);
        endPoints.add(endPoint);
        threads.execute(() -> watch(endPoint));
    }

    /** The server has ended. */
    public void remove(ServerProcess server) {
        EndPoint gone = endPoint(server);
        gone.watched = false;
        gone.serving = false;
        endPoints.remove(gone);
    }

    /** Waits until connections go to this server, or until none does any more. */
    public void await(ServerProcess server, boolean serving) throws InterruptedException {
        EndPoint endPoint = endPoint(server);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (endPoint.serving != serving) {
            if (System.nanoTime() > end) {
                throw new AssertionError("serving is still " + endPoint.serving + ": " + server.console());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** How many connections to this server are open. */
    public int open(ServerProcess server) {
        return endPoint(server).open.size();
    }

    private EndPoint endPoint(ServerProcess server) {
        return endPoints.stream()
                .filter(endPoint -> endPoint.server == server)
                .findFirst()
                .orElseThrow();
    }

    private void watch(EndPoint endPoint) {
        try {
            while (endPoint.watched) {
                boolean ready = endPoint.server.status("/health/ready") == 200;
                if (endPoint.serving && !ready) {
                    Thread.sleep(propagation);
                }
                endPoint.serving = ready && endPoint.watched;
                Thread.sleep(BETWEEN_PROBES);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- connections ----

    private void acceptAll() {
        try {
            while (true) {
                Socket client = door.accept();
                threads.execute(() -> connect(client));
            }
        } catch (IOException closed) {
            // so it ends
        }
    }

    private void connect(Socket client) {
        List<EndPoint> serving =
                endPoints.stream().filter(endPoint -> endPoint.serving).toList();
        int first = turns.getAndIncrement();
        for (int i = 0; i < serving.size(); i++) {
            EndPoint endPoint = serving.get(Math.floorMod(first + i, serving.size()));
            try {
                Socket server = new Socket(InetAddress.getLoopbackAddress(), endPoint.server.port());
                pass(client, server, endPoint);
                return;
            } catch (IOException nobody) {
                refused.incrementAndGet();
            }
        }
        end(client);
    }

    private void pass(Socket client, Socket server, EndPoint endPoint) {
        endPoint.open.add(server);
        AtomicInteger directions = new AtomicInteger(2);
        Runnable ended = () -> {
            if (directions.decrementAndGet() == 0) {
                end(client);
                end(server);
                endPoint.open.remove(server);
            }
        };
        threads.execute(() -> copy(client, server, ended));
        threads.execute(() -> copy(server, client, ended));
    }

    /** One direction; its end is passed on, and the other one goes on. */
    private static void copy(Socket from, Socket to, Runnable ended) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException broken) {
            end(from);
            end(to);
        } finally {
            ended.run();
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // so be it
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        endPoints.forEach(endPoint -> {
            endPoint.watched = false;
            endPoint.open.forEach(Balancer::end);
        });
        threads.shutdownNow();
    }
}

package dev.connaisseur.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A loopback port that passes bytes to another one, until a test cuts it or lets it fall silent. */
final class Relay implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile State state = State.PASSING;

    private enum State {
        PASSING,
        CUT,
        SILENT
    }

    private Relay(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    static Relay to(int target) throws IOException {
        Relay relay = new Relay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
        relay.threads.execute(relay::accept);
        return relay;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Connections are closed as soon as they are made. */
    void cut() {
        become(State.CUT);
    }

    /** Connections are accepted and nothing ever comes back. */
    void fallSilent() {
        become(State.SILENT);
    }

    void pass() {
        become(State.PASSING);
    }

    private void become(State next) {
        state = next;
        open.forEach(Relay::end);
        open.clear();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            }
        } catch (IOException closed) {
            open.forEach(Relay::end);
        }
    }

    private void serve(Socket client) {
        open.add(client);
        switch (state) {
            case CUT -> end(client);
            case SILENT -> {} // stays open until the state changes
            case PASSING -> {
                try {
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                    open.add(server);
                    threads.execute(() -> copy(client, server));
                    copy(server, client);
                } catch (IOException refused) {
                    end(client);
                }
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException ended) {
            // the other direction has seen the end
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
        end();
        threads.shutdownNow();
    }

    private void end() {
        try {
            listener.close();
        } catch (IOException gone) {
            // so be it
        }
        become(State.CUT);
    }
}

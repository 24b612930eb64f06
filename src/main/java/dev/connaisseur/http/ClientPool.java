package dev.connaisseur.http;

import dev.connaisseur.http.EgressRules.Reach;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One client, and so one pool of connections, per trust and reach: a connection that was allowed to lie in a private network is never
 * reused for a call that may not go there. Bounded: trusts of configurations long gone are let go. HTTP/1.1 only: of HTTP/2 the JDK's
 * client queues its answers to a server's PING and SETTINGS frames without an end, which one hostile server can fill the heap with.
 */
final class ClientPool implements AutoCloseable {
    private static final int MAX_CLIENTS = 64;

    private final ExecutorService threads;
    private final Duration connect;
    private final Map<Reach, Gate> gates = new EnumMap<>(Reach.class);
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, HttpClient> clients = new LinkedHashMap<>(16, 0.75f, true);

    private Set<X509Certificate> addedRoots;

    private record Key(TlsTrust trust, Reach reach) {}

    ClientPool(ExecutorService threads, Network network) {
        this.threads = threads;
        this.connect = network.patience().connect();
        this.addedRoots = network.addedRoots();
        for (Reach reach : Reach.values()) {
            gates.put(reach, new Gate(threads, connect));
        }
    }

    Gate gate(Reach reach) {
        return Objects.requireNonNull(gates.get(reach), "every reach has a gate");
    }

    /** Believes these roots beside those of the runtime from now on. What runs on older connections may end. */
    void believe(Set<X509Certificate> roots) {
        lock.lock();
        try {
            addedRoots = Set.copyOf(roots);
            clients.entrySet().removeIf(entry -> {
                boolean old = entry.getKey().trust().isSystem();
                if (old) {
                    entry.getValue().shutdown();
                }
                return old;
            });
        } finally {
            lock.unlock();
        }
    }

    HttpClient of(TlsTrust trust, Reach reach) {
        Key key = new Key(trust, reach);
        lock.lock();
        try {
            HttpClient known = clients.get(key);
            if (known != null) {
                return known;
            }
            if (clients.size() >= MAX_CLIENTS) {
                var oldest = clients.entrySet().iterator().next();
                clients.remove(oldest.getKey());
                oldest.getValue().shutdown(); // what runs on it may end
            }
            HttpClient made = HttpClient.newBuilder()
                    .executor(threads)
                    .connectTimeout(connect.plusSeconds(1)) // the gate gives up first
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(TlsProfile.context(trust, addedRoots))
                    .sslParameters(TlsProfile.parameters())
                    .proxy(new Ways(gate(reach)))
                    .build();
            clients.put(key, made);
            return made;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends https through the gate. Plain http goes to the checked address itself, or to the proxy, in the form that names the server
     * in full (RFC 9112, 3.2.2), which every server must take; to this machine and to literal addresses it goes as usual.
     */
    private static final class Ways extends ProxySelector {
        private final Gate gate;

        Ways(Gate gate) {
            this.gate = gate;
        }

        @Override
        public List<Proxy> select(URI uri) {
            if ("https".equalsIgnoreCase(uri.getScheme())) {
                return List.of(new Proxy(Proxy.Type.HTTP, gate.address()));
            }
            HostPort server = HostPort.of(uri).orElseThrow(() -> new IllegalArgumentException("not an http address"));
            Optional<Route> route = gate.passage(server.authority()).map(Passage::route);
            boolean literal =
                    server.loopback() || AddressRange.literal(server.host()).isPresent();
            if (route.isEmpty() || (literal && route.get().proxy().isEmpty())) {
                return List.of(Proxy.NO_PROXY);
            }
            return List.of(new Proxy(Proxy.Type.HTTP, route.get().first()));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            // The call fails with the same exception.
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            clients.values().forEach(HttpClient::shutdownNow);
            clients.clear();
            gates.values().forEach(Gate::close);
        } finally {
            lock.unlock();
        }
    }
}

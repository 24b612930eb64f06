package dev.connaisseur.http;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/** One client, and so one pool of connections, per trust. Bounded: trusts of configurations long gone are let go. */
final class ClientPool implements AutoCloseable {
    private static final int MAX_CLIENTS = 64;

    private final Executor threads;
    private final Duration connect;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TlsTrust, HttpClient> clients = new LinkedHashMap<>(16, 0.75f, true);

    ClientPool(Executor threads, Duration connect) {
        this.threads = threads;
        this.connect = connect;
    }

    HttpClient of(TlsTrust trust) {
        lock.lock();
        try {
            HttpClient known = clients.get(trust);
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
                    .connectTimeout(connect)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .version(HttpClient.Version.HTTP_2)
                    .sslContext(TlsProfile.context(trust))
                    .sslParameters(TlsProfile.parameters())
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .build();
            clients.put(trust, made);
            return made;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            clients.values().forEach(HttpClient::shutdownNow);
            clients.clear();
        } finally {
            lock.unlock();
        }
    }
}

package dev.connaisseur.http;

import dev.connaisseur.http.EgressRules.Reach;
import dev.connaisseur.http.LookupException.Kind;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends one request and reads one answer, both inside a deadline, where the {@link EgressRules} let it go. Never follows a redirect,
 * never decodes, never retries on its own. Shared by the whole process; connections are pooled per {@link TlsTrust}.
 */
public final class HttpTransport implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(500);

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("http-", 0).factory());
    private final Patience patience;
    private final EgressRules rules;
    private final RouteFinder routes;
    private final HostQueue queue;
    private final ClientPool clients;
    private final TransportObserver observer;
    private final HeavyLoads loads = new HeavyLoads();

    /** By the rules of {@link Network#STANDARD}. */
    public HttpTransport() {
        this(Network.STANDARD);
    }

    public HttpTransport(Network network) {
        this(network, TransportObserver.NONE);
    }

    /** The same, with somebody who counts. */
    public HttpTransport(Network network, TransportObserver observer) {
        this.observer = observer;
        this.patience = network.patience();
        this.rules = network.egress();
        this.routes = new RouteFinder(network);
        this.queue = new HostQueue(network.requestsPerHost());
        this.clients = new ClientPool(threads, network);
    }

    /** Believes these roots beside those of the runtime, instead of the ones that were added before. */
    public void believe(Set<X509Certificate> addedRoots) {
        clients.believe(addedRoots);
    }

    /** Whether a server is one that the settings let us speak plain http with. */
    public boolean spokenPlain(HostPort server) {
        return rules.spokenPlain(server);
    }

    /** Who may hold large answers. */
    public HeavyLoads loads() {
        return loads;
    }

    /**
     * Sends a request and waits for the whole answer. Any status is an answer.
     *
     * @throws LookupException if no complete answer came, or none that we accept, or the rules forbid to ask
     */
    public HttpAnswer send(HttpCall call, Deadline deadline) {
        long start = System.nanoTime();
        String outcome = "failed";
        try {
            HttpAnswer answer = sent(call, deadline, start);
            outcome = answer.status() / 100 + "xx";
            return answer;
        } catch (LookupException e) {
            outcome = e.kind().name().toLowerCase(Locale.ROOT);
            throw e;
        } finally {
            observer.ended(call.purpose(), outcome, since(start));
        }
    }

    private HttpAnswer sent(HttpCall call, Deadline deadline, long start) {
        HostPort server = HostPort.of(call.uri())
                .filter(host -> call.uri().getRawUserInfo() == null)
                .orElseThrow(() -> new FinalException(
                        Kind.FORBIDDEN, call.host(), call.host() + " is no address of an http or https server"));
        boolean tls = call.uri().getScheme().toLowerCase(Locale.ROOT).equals("https");
        if (!tls && !server.onThisLink() && call.headers().containsKey("Authorization")) {
            throw new FinalException(
                    Kind.FORBIDDEN, call.host(), "no credentials are sent to " + call.host() + " by plain http");
        }
        Deadline own = deadline.within(patience.whole());
        try (HostQueue.Turn turn = queue.enter(server, own.remaining())) {
            if (!turn.granted() || own.passed()) {
                throw Failures.timedOut(call.host(), since(start));
            }
            return exchange(call, server, tls, own, start);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.timedOut(call.host(), since(start));
        }
    }

    private HttpAnswer exchange(HttpCall call, HostPort server, boolean tls, Deadline own, long start)
            throws InterruptedException {
        Reach reach = rules.reach(server, call.purpose());
        Route route = routes.find(
                server, tls, call, reach, own.within(patience.connect()).remaining());
        Passage passage = clients.gate(reach).admit(route, call.bodyLimit());
        BoundedBody body = new BoundedBody(call.bodyLimit());
        CompletableFuture<HttpResponse<byte[]>> pending =
                clients.of(call.trust(), reach).sendAsync(request(call, route, tls, own), body);
        try {
            HttpResponse<byte[]> answer = await(pending, body, own);
            return new HttpAnswer(answer.statusCode(), answer.headers(), answer.body());
        } catch (ExecutionException e) {
            LookupException connecting = Failures.of(passage.outcome(), call.host(), e);
            throw connecting == null ? Failures.of(e, call.host(), since(start)) : connecting;
        } catch (TimeoutException e) {
            throw Failures.timedOut(call.host(), since(start));
        } finally {
            pending.cancel(true); // no effect on one that is done
        }
    }

    /** The JDK's own limit ends with the headers; this one covers the body, as a whole and between its pieces. */
    private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> pending, BoundedBody body, Deadline own)
            throws ExecutionException, InterruptedException, TimeoutException {
        while (true) {
            long left = own.remaining().toNanos();
            long wait = Math.min(left, TICK.toNanos());
            try {
                return pending.get(wait, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                OptionalLong last = body.lastBytes();
                boolean silent = last.isPresent()
                        && System.nanoTime() - last.getAsLong()
                                > patience.silence().toNanos();
                if (own.passed() || silent) {
                    throw e;
                }
            }
        }
    }

    private HttpRequest request(HttpCall call, Route route, boolean tls, Deadline own) {
        Duration headers = own.within(patience.headers()).remaining();
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri())
                .timeout(headers.isZero() ? Duration.ofMillis(1) : headers)
                .setHeader("User-Agent", "connaisseur")
                .setHeader("Accept-Encoding", "identity")
                .method(
                        call.method(),
                        call.body().map(BodyPublishers::ofByteArray).orElseGet(BodyPublishers::noBody));
        call.headers().forEach(request::setHeader);
        if (!tls) { // else the gate has told the proxy
            route.proxy()
                    .flatMap(Proxies.Server::authorization)
                    .ifPresent(value -> request.setHeader("Proxy-Authorization", value));
        }
        return request.build();
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Breaks off what is still running. */
    @Override
    public void close() {
        clients.close();
        routes.close();
        threads.shutdownNow();
    }
}

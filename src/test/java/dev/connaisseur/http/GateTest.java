package dev.connaisseur.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.RawServer;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.testing.TestProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections go where the checked addresses are, through the proxy that is configured, and nowhere else. */
class GateTest {
    private static final String NAME = "registry.example";
    private static final byte[] BODY = "0123456789".getBytes(UTF_8);
    private static final String PATH = "/v2/a/b/manifests/v1";

    private final TestAuthority authority = TestAuthority.create("ours");
    private final TlsTrust trust = TlsTrust.of(authority.pem());
    private final EmbeddedRegistry server = EmbeddedRegistry.open(Options.PLAIN.withTls(authority.serverNamed(NAME)));
    private final List<AutoCloseable> open = new ArrayList<>();

    GateTest() {
        server.putManifest("a/b", "v1", "text/plain", BODY);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
        server.close();
    }

    @Test
    void connectsToTheCheckedAddressUnderTheName() {
        HttpTransport transport = transport(Network.STANDARD.with(names("127.0.0.1")));
        assertThat(send(transport, call(Purpose.CONFIGURED)).body()).isEqualTo(BODY);
    }

    /** The name server answers honestly while it is checked and with another address a moment later. */
    @Test
    void aNameThatRebindsChangesNothing() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Resolver flipping =
                host -> List.of(InetAddress.getByName(asked.getAndIncrement() % 2 == 0 ? "127.0.0.1" : "127.0.0.2"));
        try (ServerSocket elsewhere = new ServerSocket(server.port(), 10, InetAddress.getByName("127.0.0.2"))) {
            HttpTransport transport = transport(Network.STANDARD.with(flipping));
            assertThat(send(transport, call(Purpose.CONFIGURED)).body()).isEqualTo(BODY);
            assertThat(asked).hasValue(1);
            elsewhere.setSoTimeout(200);
            assertThat(catchThrowableOfType(IOException.class, elsewhere::accept))
                    .isNotNull();
        }
    }

    @Test
    void aConnectionOfTheOperatorIsNotSharedWithAnAnswer() {
        HttpTransport transport = transport(Network.STANDARD.with(names("127.0.0.1")));
        assertThat(send(transport, call(Purpose.CONFIGURED)).status()).isEqualTo(200);
        for (Purpose purpose : List.of(Purpose.REFERRED, Purpose.IMAGE_REGISTRY, Purpose.CERTIFICATE)) {
            assertThat(failure(transport, call(purpose)).kind()).isEqualTo(Kind.FORBIDDEN);
        }
        assertThat(server.log()).hasSize(1);
    }

    @Test
    void triesTheNextAddressWhereOneIsDead() {
        HttpTransport transport = transport(Network.STANDARD.with(names("127.0.0.9", "127.0.0.1")));
        assertThat(send(transport, call(Purpose.CONFIGURED)).body()).isEqualTo(BODY);
    }

    @Test
    void unknownClosedAndSilentReadTheSame() throws Exception {
        Patience patience = new Patience(
                Duration.ofMillis(600), Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(5));
        Network network = Network.STANDARD.with(patience);
        LookupException unknown = failure(
                transport(network.with((Resolver) host -> {
                    throw new UnknownHostException(host);
                })),
                call(Purpose.IMAGE_REGISTRY));
        LookupException slow = failure(
                transport(network.with((Resolver) host -> {
                    try {
                        Thread.sleep(5000);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return List.of();
                })),
                call(Purpose.IMAGE_REGISTRY));
        LookupException closed = failure(transport(network.with(names("127.0.0.9"))), call(Purpose.CONFIGURED));
        LookupException silent;
        List<Socket> filling = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.7"))) {
            for (int i = 0; i < 4; i++) { // from now on the kernel drops every SYN
                Socket socket = new Socket();
                filling.add(socket);
                try {
                    socket.connect(full.getLocalSocketAddress(), 200);
                } catch (IOException e) {
                    break;
                }
            }
            HttpCall call =
                    HttpCall.get(URI.create("https://" + NAME + ":" + full.getLocalPort() + "/"), Purpose.CONFIGURED);
            long start = System.nanoTime();
            silent = failure(transport(network.with(names("127.0.0.7"))), call);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        } finally {
            for (Socket socket : filling) {
                socket.close();
            }
        }
        assertThat(List.of(unknown, slow, closed, silent))
                .allMatch(failure -> failure.kind() == Kind.UNREACHABLE)
                .extracting(failure -> String.valueOf(failure.getMessage()).replaceAll(":[0-9]+", ""))
                .containsOnly(NAME + " could not be reached");
        assertThat(silent).isInstanceOf(FinalException.class); // another try would only wait again
        assertThat(closed).isInstanceOf(TransientException.class);
    }

    @Test
    void connectionsAreReused() {
        AtomicInteger asked = new AtomicInteger();
        HttpTransport transport = transport(Network.STANDARD.with((Resolver) host -> {
            asked.incrementAndGet();
            return List.of(InetAddress.getLoopbackAddress());
        }));
        List<Integer> ports = new ArrayList<>();
        server.on(PATH, (exchange, usual, end) -> {
            ports.add(exchange.getRemoteAddress().getPort());
            usual.send(exchange);
        });
        for (int i = 0; i < 5; i++) {
            send(transport, call(Purpose.CONFIGURED));
        }
        assertThat(ports).hasSize(5);
        assertThat(Set.copyOf(ports)).hasSize(1);
        assertThat(asked).hasValue(5); // every call is checked, reused connection or not
    }

    @Test
    void aServerThatHangsUpIsABrokenConnection() {
        HttpTransport transport = transport(Network.STANDARD.with(names("127.0.0.1")));
        server.on(PATH, Fault.truncated(4));
        assertThat(failure(transport, call(Purpose.CONFIGURED))).isInstanceOf(TransientException.class);
        server.clearFaults();
        assertThat(send(transport, call(Purpose.CONFIGURED)).body()).isEqualTo(BODY);
        server.stop();
        assertThat(failure(transport, call(Purpose.CONFIGURED)).kind()).isEqualTo(Kind.UNREACHABLE);
        server.start();
        assertThat(send(transport, call(Purpose.CONFIGURED)).body()).isEqualTo(BODY);
    }

    @Test
    void strangersDoNotGetThroughTheGate() throws Exception {
        try (Gate gate = new Gate(Thread::startVirtualThread, Duration.ofSeconds(1))) {
            for (String request : List.of(
                    "CONNECT " + NAME + ":" + server.port() + " HTTP/1.1\r\n\r\n",
                    "GET http://localhost:" + server.port() + "/ HTTP/1.1\r\n\r\n",
                    "\u0005\u0001\u0000\r\n\r\n")) {
                assertThat(ask(gate, request)).startsWith("HTTP/1.1 403 ");
            }
            Route route = new Route(
                    new HostPort(NAME, server.port()), List.of(InetAddress.getLoopbackAddress()), Optional.empty());
            gate.admit(route, 100);
            assertThat(ask(gate, "CONNECT " + NAME + ":" + server.port() + " HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(ask(gate, "CONNECT " + NAME + ":1 HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 403 ");
        }
    }

    /** A server that floods the connection instead of answering is cut off, long before the deadline. */
    @Test
    void aFloodIsCutOff() throws Exception {
        byte[] chunk = new byte[64 << 10];
        AtomicInteger chunks = new AtomicInteger();
        try (RawServer flood = RawServer.open((socket, out) -> {
            while (!socket.isClosed()) {
                out.write(chunk);
                chunks.incrementAndGet();
            }
        })) {
            try (Gate gate = new Gate(Thread::startVirtualThread, Duration.ofSeconds(1));
                    Socket client = new Socket(
                            gate.address().getAddress(), gate.address().getPort())) {
                Route route = new Route(
                        new HostPort(NAME, flood.port()), List.of(InetAddress.getLoopbackAddress()), Optional.empty());
                gate.admit(route, 100);
                client.getOutputStream()
                        .write(("CONNECT " + NAME + ":" + flood.port() + " HTTP/1.1\r\n\r\nx\r\n\r\n").getBytes(UTF_8));
                client.setSoTimeout(5000);
                long received = 0;
                try {
                    for (int read = client.getInputStream().read(chunk);
                            read >= 0;
                            read = client.getInputStream().read(chunk)) {
                        received += read;
                    }
                } catch (java.net.SocketException e) {
                    assertThat(e).hasMessageContaining("reset");
                }
                assertThat(received).isLessThan(HttpCall.MAX_LIMIT + (1 << 20));
            }
        }
    }

    // ---- proxy ----

    @Test
    void goesThroughTheProxyWithItsCredentials() throws Exception {
        try (TestProxy proxy = TestProxy.open(server.port(), Optional.of("Basic dXNlcjpzZWNyZXQ="))) {
            HttpTransport right = transport(proxied(proxy, "user:secret@"));
            assertThat(send(right, call(Purpose.IMAGE_REGISTRY)).body()).isEqualTo(BODY);
            assertThat(proxy.log()).containsExactly("CONNECT " + NAME + ":" + server.port() + " HTTP/1.1 -> 200");

            HttpTransport wrong = transport(proxied(proxy, "user:guess@"));
            LookupException refused = failure(wrong, call(Purpose.IMAGE_REGISTRY));
            assertThat(refused.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(refused).isInstanceOf(FinalException.class);
            assertThat(refused.toString())
                    .contains("the proxy does not let us through")
                    .doesNotContain("guess");
            assertThat(server.log()).hasSize(1).noneMatch(access -> access.authorized());
        }
    }

    @Test
    void plainHttpGoesThroughItsProxyInFull() throws Exception {
        try (TestProxy proxy = TestProxy.open(server.port(), Optional.of("Basic dXNlcjpzZWNyZXQ="))) {
            Network network = Network.STANDARD
                    .with(Proxies.parse("", "http://user:secret@localhost:" + proxy.port(), "", new ArrayList<>()))
                    .with(names("127.0.0.1"));
            HttpCall call = HttpCall.get(URI.create("http://crl.example/x.crl"), Purpose.CERTIFICATE);
            assertThat(new String(send(transport(network), call).body(), UTF_8)).isEqualTo("proxied");
            assertThat(proxy.log()).containsExactly("GET http://crl.example/x.crl HTTP/1.1 -> 200");
        }
    }

    @Test
    void theClusterIsNeverBehindTheProxy() throws Exception {
        try (TestProxy proxy = TestProxy.open(server.port(), Optional.empty())) {
            HttpTransport transport = transport(proxied(proxy, ""));
            assertThat(send(transport, call(Purpose.CLUSTER)).body()).isEqualTo(BODY);
            assertThat(proxy.log()).isEmpty();
        }
    }

    @Test
    void aDeadProxyMeansUnreachable() throws Exception {
        int port;
        try (ServerSocket once = new ServerSocket(0)) {
            port = once.getLocalPort();
        }
        Network network = Network.STANDARD
                .with(Proxies.parse("http://localhost:" + port, "", "", new ArrayList<>()))
                .with(names("127.0.0.1"));
        assertThat(failure(transport(network), call(Purpose.IMAGE_REGISTRY)).kind())
                .isEqualTo(Kind.UNREACHABLE);
    }

    // ---- plain http by name ----

    @Test
    void aListedHostIsSpokenToByPlainHttpWithoutCredentials() throws Exception {
        try (RawServer plain = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            EgressRules rules = EgressRules.parse(
                    List.of(), List.of(), List.of("plain.example:" + plain.port()), Set.of(), new ArrayList<>());
            HttpTransport transport = transport(Network.STANDARD.with(rules).with(names("127.0.0.1")));
            HttpCall call =
                    HttpCall.get(URI.create("http://plain.example:" + plain.port() + "/v2/"), Purpose.IMAGE_REGISTRY);
            assertThat(send(transport, call).body()).isEqualTo("ok".getBytes(UTF_8));
            assertThat(plain.requests().getFirst()).contains("Host: plain.example:" + plain.port());
            assertThat(failure(transport, call.header("Authorization", "Basic eA=="))
                            .kind())
                    .isEqualTo(Kind.FORBIDDEN);
            assertThat(plain.requests()).hasSize(1);
        }
    }

    // ---- helpers ----

    private HttpTransport transport(Network network) {
        HttpTransport transport = new HttpTransport(network);
        open.add(transport);
        return transport;
    }

    private static Network proxied(TestProxy proxy, String userInfo) {
        return Network.STANDARD
                .with(Proxies.parse("http://" + userInfo + "localhost:" + proxy.port(), "", "", new ArrayList<>()))
                .with(names("127.0.0.1"));
    }

    private HttpCall call(Purpose purpose) {
        return HttpCall.get(URI.create("https://" + NAME + ":" + server.port() + PATH), purpose)
                .trust(trust);
    }

    private static HttpAnswer send(HttpTransport transport, HttpCall call) {
        return transport.send(call, Deadline.after(Duration.ofSeconds(10)));
    }

    private static LookupException failure(HttpTransport transport, HttpCall call) {
        return catchThrowableOfType(LookupException.class, () -> send(transport, call));
    }

    private static String ask(Gate gate, String request) throws IOException {
        try (Socket client =
                new Socket(gate.address().getAddress(), gate.address().getPort())) {
            client.setSoTimeout(3000);
            client.getOutputStream().write(request.getBytes(UTF_8));
            byte[] answer = new byte[64];
            int read = client.getInputStream().read(answer);
            return read < 0 ? "" : new String(answer, 0, read, StandardCharsets.US_ASCII);
        }
    }

    private static Resolver names(String... addresses) {
        return host -> {
            List<InetAddress> found = new ArrayList<>();
            for (String address : addresses) {
                found.add(InetAddress.getByName(address));
            }
            return found;
        };
    }
}

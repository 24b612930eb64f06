package dev.connaisseur.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.RawServer;
import dev.connaisseur.testing.TestAuthority;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTransportTest {
    private static final Patience SHORT = new Patience(
            Duration.ofMillis(2000), Duration.ofMillis(1900), Duration.ofMillis(600), Duration.ofMillis(2500));
    private static final byte[] BODY = "0123456789".getBytes(UTF_8);

    private final HttpTransport transport = new HttpTransport(Network.STANDARD.with(SHORT));

    @AfterEach
    void close() {
        transport.close();
    }

    // ---- whole answers ----

    @Test
    void givesEveryStatusAsAnAnswer() {
        try (EmbeddedRegistry server = withBody()) {
            HttpAnswer found = send(get(server.base() + "/v2/a/b/manifests/v1"));
            assertThat(found.status()).isEqualTo(200);
            assertThat(found.body()).isEqualTo(BODY);
            assertThat(found.header("content-type")).hasValue("text/plain");
            assertThat(send(get(server.base() + "/v2/a/b/manifests/v2")).status())
                    .isEqualTo(404);
            server.onManifest("a/b", "v1", Fault.status(503));
            assertThat(send(get(server.base() + "/v2/a/b/manifests/v1")).status())
                    .isEqualTo(503);
        }
    }

    @Test
    void followsNoRedirect() {
        try (EmbeddedRegistry server = withBody();
                EmbeddedRegistry other = withBody()) {
            server.onManifest("a/b", "v1", Fault.redirect(other.base() + "/v2/a/b/manifests/v1"));
            HttpAnswer answer = send(get(server.base() + "/v2/a/b/manifests/v1"));
            assertThat(answer.status()).isEqualTo(307);
            assertThat(answer.header("Location")).isPresent();
            assertThat(other.log()).isEmpty();
        }
    }

    @Test
    void decodesNothing() {
        try (RawServer server = RawServer.answering(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\u001f\u008b__")) {
            assertThat(send(get("http://" + server.host() + "/")).body())
                    .isEqualTo(new byte[] {0x1f, (byte) 0x8b, '_', '_'});
            assertThat(server.requests().getFirst()).contains("Accept-Encoding: identity");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    // ---- limits ----

    @Test
    void takesABodyUpToItsLimit() {
        try (EmbeddedRegistry server = withBody()) {
            HttpCall call = get(server.base() + "/v2/a/b/manifests/v1");
            assertThat(send(call.limit(10)).body()).hasSize(10);
            assertThat(failure(call.limit(9)).kind()).isEqualTo(Kind.TOO_LARGE);
        }
    }

    @Test
    void theBodyOfAFailureIsCutNotLimited() {
        try (EmbeddedRegistry server = withBody()) {
            HttpCall call = get(server.base() + "/v2/a/b/manifests/v1").limit(1);
            server.onManifest("a/b", "v1", Fault.instead(Answer.of(404, "x".repeat(10_000))));
            assertThat(send(call).status()).isEqualTo(404);
            server.onManifest("a/b", "v1", Fault.instead(Answer.of(404, "x".repeat(10_000_000))));
            HttpAnswer cut = send(call);
            assertThat(cut.status()).isEqualTo(404);
            assertThat(cut.body()).hasSizeLessThan(100_000);
        }
    }

    @Test
    void stopsAnEndlessBody() {
        try (EmbeddedRegistry server = withBody()) {
            server.onManifest("a/b", "v1", Fault.endlessBody());
            LookupException failure = failure(get(server.base() + "/v2/a/b/manifests/v1"));
            assertThat(failure).isInstanceOf(FinalException.class);
            assertThat(failure.kind()).isEqualTo(Kind.TOO_LARGE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 10995116277760\r\n\r\nxxx",
                "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999999\r\n\r\nxxx",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nxxx",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nxxx",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxxx",
                "SSH-2.0-OpenSSH_9.2\r\n",
                ""
            })
    void refusesWhatIsNotHttpOrTooMuch(String answer) throws Exception {
        try (RawServer server = RawServer.open((socket, out) -> {
            out.write(answer.getBytes(UTF_8));
            out.flush();
            socket.shutdownOutput();
        })) {
            assertThat(failure(get("http://" + server.host() + "/")).kind())
                    .isIn(Kind.TOO_LARGE, Kind.MALFORMED, Kind.UNREACHABLE);
        }
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                Arguments.of("few", "X: y\r\n".repeat(50), true),
                Arguments.of("many", "X: y\r\n".repeat(500), false),
                Arguments.of("long", "X: " + "y".repeat(100_000) + "\r\n", false),
                Arguments.of("endless", "X: " + "y".repeat(5_000_000) + "\r\n", false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void boundsHeaders(String name, String headers, boolean accepted) throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n" + headers + "Content-Length: 1\r\n\r\nx")) {
            HttpCall call = get("http://" + server.host() + "/");
            if (accepted) {
                assertThat(send(call).body()).hasSize(1);
            } else {
                assertThat(failure(call)).isInstanceOf(FinalException.class);
            }
        }
    }

    @Test
    void endsEndlessInterimAnswers() throws Exception {
        try (RawServer server = RawServer.open((socket, out) -> {
            while (!socket.isClosed()) {
                out.write("HTTP/1.1 103 Early Hints\r\n\r\n".getBytes(UTF_8));
            }
        })) {
            long start = System.nanoTime();
            failure(get("http://" + server.host() + "/"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
    }

    // ---- time ----

    @Test
    void endsWaitingForHeaders() {
        try (EmbeddedRegistry server = withBody()) {
            server.onManifest("a/b", "v1", Fault.stallBeforeHeaders());
            LookupException failure = failure(get(server.base() + "/v2/a/b/manifests/v1"));
            assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(failure).hasMessage(server.host() + " did not answer within 1 s");
        }
    }

    @Test
    void endsWaitingForTheBody() {
        Patience patience = new Patience(SHORT.connect(), SHORT.headers(), SHORT.silence(), Duration.ofMinutes(1));
        try (EmbeddedRegistry server = withBody();
                HttpTransport patient = new HttpTransport(Network.STANDARD.with(patience))) {
            server.onManifest("a/b", "v1", Fault.stallInBody(3));
            long start = System.nanoTime();
            LookupException failure = catchThrowableOfType(
                    LookupException.class,
                    () -> patient.send(
                            get(server.base() + "/v2/a/b/manifests/v1"), Deadline.after(Duration.ofMinutes(1))));
            assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void endsADrippingBodyAtTheWhole() throws Exception {
        try (RawServer server = RawServer.open((socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".getBytes(UTF_8));
            while (!socket.isClosed()) {
                out.write('x');
                out.flush();
                Thread.sleep(100);
            }
        })) {
            long start = System.nanoTime();
            assertThat(failure(get("http://" + server.host() + "/")).kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(2400), Duration.ofSeconds(20));
        }
    }

    @Test
    void obeysTheDeadlineOfTheRequest() {
        try (EmbeddedRegistry server = withBody();
                HttpTransport patient = new HttpTransport(Network.STANDARD)) {
            server.onManifest("a/b", "v1", Fault.stallInBody(3));
            long start = System.nanoTime();
            LookupException failure = catchThrowableOfType(
                    LookupException.class,
                    () -> patient.send(
                            get(server.base() + "/v2/a/b/manifests/v1"), Deadline.after(Duration.ofMillis(200))));
            assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void sendsNothingAfterTheDeadline() {
        try (EmbeddedRegistry server = withBody()) {
            LookupException failure = catchThrowableOfType(
                    LookupException.class,
                    () -> transport.send(get(server.base() + "/v2/"), Deadline.after(Duration.ZERO)));
            assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(server.log()).isEmpty();
        }
    }

    // ---- connections ----

    @Test
    void saysThatNobodyIsThere() throws Exception {
        int port;
        try (ServerSocket once = new ServerSocket(0)) {
            port = once.getLocalPort();
        }
        LookupException failure = failure(get("http://localhost:" + port + "/"));
        assertThat(failure)
                .isInstanceOf(TransientException.class)
                .hasMessage("localhost:" + port + " could not be reached");
        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void aBrokenConnectionMayBeTriedAgain() throws Exception {
        try (RawServer server = RawServer.open((socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nxxx".getBytes(UTF_8));
            out.flush();
            Thread.sleep(100);
            RawServer.reset(socket);
        })) {
            LookupException failure = failure(get("http://" + server.host() + "/"));
            assertThat(failure).isInstanceOf(TransientException.class);
            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    @Test
    void aTruncatedBodyIsNoBody() {
        try (EmbeddedRegistry server = withBody()) {
            server.onManifest("a/b", "v1", Fault.truncated(4));
            assertThat(failure(get(server.base() + "/v2/a/b/manifests/v1"))).isInstanceOf(TransientException.class);
        }
    }

    // ---- schemes ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://registry.example/",
                "http://10.0.0.1/",
                "http://127.0.0.1.evil.example/",
                "http://localhost.evil.example/",
                "ftp://localhost/",
                "file:///etc/passwd",
                "gopher://localhost/",
                "https://user:pass@localhost/",
                "https:///x"
            })
    void speaksNothingElseWithStrangers(String uri) {
        assertThat(failure(get(uri)).kind()).isEqualTo(Kind.FORBIDDEN);
    }

    @Test
    void refusesHeadersThatBreakTheLine() {
        HttpCall call = get("https://localhost/");
        assertThat(call.header("X", "a b").headers()).containsEntry("X", "a b");
        for (String value : new String[] {"a\r\nB: c", "a\nb", "a\u0000", "ä"}) {
            assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> call.header("X", value)))
                    .isNotNull();
        }
    }

    // ---- TLS ----

    @Test
    void believesThePrivateRootOnly() {
        TestAuthority ours = TestAuthority.create("ours");
        try (EmbeddedRegistry server = withBody(Options.PLAIN.withTls(ours.server()))) {
            HttpCall call = get(server.base() + "/v2/a/b/manifests/v1");
            assertThat(send(call.trust(TlsTrust.of(ours.pem()))).body()).isEqualTo(BODY);
            TlsTrust both = TlsTrust.of(TestAuthority.create("other").pem() + ours.pem());
            assertThat(send(call.trust(both)).body()).isEqualTo(BODY);

            assertThat(failure(call).kind()).isEqualTo(Kind.UNTRUSTED_TLS);
            TlsTrust other = TlsTrust.of(TestAuthority.create("other").pem());
            LookupException failure = failure(call.trust(other));
            assertThat(failure).isInstanceOf(FinalException.class);
            assertThat(failure.kind()).isEqualTo(Kind.UNTRUSTED_TLS);
            assertThat(failure).hasMessage("the certificate of " + server.host() + " is not trusted for it");
        }
    }

    @Test
    void verifiesTheNameAndTheTime() {
        TestAuthority ours = TestAuthority.create("ours");
        TlsTrust trust = TlsTrust.of(ours.pem());
        try (EmbeddedRegistry named = withBody(Options.PLAIN.withTls(ours.serverNamed("registry.example")));
                EmbeddedRegistry expired = withBody(Options.PLAIN.withTls(ours.expiredServer()))) {
            assertThat(failure(get(named.base() + "/v2/").trust(trust)).kind()).isEqualTo(Kind.UNTRUSTED_TLS);
            assertThat(failure(get(expired.base() + "/v2/").trust(trust)).kind())
                    .isEqualTo(Kind.UNTRUSTED_TLS);
        }
    }

    @Test
    void aHandshakeThatNeverEndsEnds() throws Exception {
        try (RawServer server = RawServer.open((socket, out) -> Thread.sleep(10_000))) {
            LookupException failure = failure(get("https://" + server.host() + "/"));
            assertThat(failure.kind()).isIn(Kind.TIMED_OUT, Kind.UNREACHABLE);
        }
    }

    @Test
    void aServerWithoutTlsIsNoTlsServer() {
        try (EmbeddedRegistry plain = withBody()) {
            assertThat(failure(get("https://" + plain.host() + "/v2/")).kind())
                    .isIn(Kind.UNTRUSTED_TLS, Kind.UNREACHABLE);
        }
    }

    // ---- helpers ----

    private static EmbeddedRegistry withBody() {
        return withBody(Options.PLAIN);
    }

    private static EmbeddedRegistry withBody(Options options) {
        EmbeddedRegistry server = EmbeddedRegistry.open(options);
        server.putManifest("a/b", "v1", "text/plain", BODY);
        return server;
    }

    private static HttpCall get(String uri) {
        return HttpCall.get(URI.create(uri), Purpose.CONFIGURED);
    }

    private HttpAnswer send(HttpCall call) {
        return transport.send(call, Deadline.after(Duration.ofSeconds(10)));
    }

    private LookupException failure(HttpCall call) {
        return catchThrowableOfType(LookupException.class, () -> send(call));
    }
}

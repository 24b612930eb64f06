package dev.connaisseur.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.connaisseur.http.EgressRules;
import dev.connaisseur.http.Network;
import dev.connaisseur.http.Proxies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Amazon, Azure, Google, a Vault and a web server under their own names, behind a proxy and by an own authority. They check what they
 * are asked with, and all hand out the same key.
 */
public final class KeyServers implements AutoCloseable {
    public static final String AWS = "awskms:///alias/release";
    public static final String AZURE = "azurekms://acme.vault.azure.net/release";
    public static final String GOOGLE = "gcpkms://projects/p/locations/global/keyRings/r/cryptoKeys/release";
    public static final String VAULT = "hashivault://release";
    public static final String WEB = "https://keys.example/release.pub";

    private static final String[] NAMES = {
        "kms.eu-central-1.amazonaws.com",
        "kms.example",
        "sts.eu-central-1.amazonaws.com",
        "login.microsoftonline.com",
        "acme.vault.azure.net",
        "oauth2.googleapis.com",
        "cloudkms.googleapis.com",
        "vault.example",
        "keys.example"
    };

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final TestAuthority authority;
    private final TestProxy proxy;
    private final KeyServerAnswers answers = new KeyServerAnswers();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final int port;
    private volatile HttpsServer server;
    private volatile Mode mode = Mode.ANSWER;

    /** How the servers behave that hand out keys; those that hand out credentials always answer. */
    public enum Mode {
        ANSWER,
        FORBID,
        FAIL,
        /** Fails once, then answers. */
        STUMBLE,
        STALL,
        FLOOD
    }

    private KeyServers(TestAuthority authority) {
        this.authority = authority;
        this.server = started(0);
        this.port = server.getAddress().getPort();
        this.proxy = TestProxy.open(port, Optional.empty());
    }

    public static KeyServers open() {
        return new KeyServers(TestAuthority.create("clouds"));
    }

    private HttpsServer started(int at) {
        try {
            HttpsServer next = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
            next.setHttpsConfigurator(new HttpsConfigurator(authority.serverNamed(NAMES)));
            next.setExecutor(threads);
            next.createContext("/", this::serve);
            next.start();
            return next;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on they hand out this one. */
    public KeyServers key(PublicKey key) {
        answers.key(key);
        return this;
    }

    public void mode(Mode next) {
        mode = next;
    }

    /** Nobody is there any more. */
    public void vanish() {
        server.stop(0);
    }

    /** They are there again. */
    public void appear() {
        server = started(port);
    }

    /** Host, method, path and status of every request, in order. */
    public List<String> log() {
        return List.copyOf(log);
    }

    /** The way to them. */
    public Network network() {
        List<String> mistakes = new ArrayList<>();
        Proxies proxies = Proxies.parse("http://localhost:" + proxy.port(), "", "", mistakes);
        EgressRules rules = EgressRules.parse(List.of(), List.of(), List.of(), Set.of(), mistakes);
        return Network.STANDARD.with(rules).with(proxies).with(Set.of(authority.root()));
    }

    /** The same for a process, with credentials for all of them. */
    public Map<String, String> environment(Path directory) {
        try {
            Path roots = Files.createDirectories(directory.resolve("cloud-roots"));
            Files.writeString(roots.resolve("root.pem"), authority.pem());
            Map<String, String> variables = answers.credentials(directory);
            variables.put("https_proxy", "http://localhost:" + proxy.port());
            variables.put("SSL_CERT_DIR", roots.toString());
            return variables;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(1 << 16);
        String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
        Answer answer = answers.answer(host, exchange, body);
        if (answer.status() == 200 && KeyServerAnswers.handsOutKeys(host)) {
            answer = changed(answer);
        }
        log.add(host + " " + exchange.getRequestMethod() + " "
                + exchange.getRequestURI().getPath() + " " + answer.status());
        answer.send(exchange);
    }

    private Answer changed(Answer answer) {
        return switch (mode) {
            case ANSWER -> answer;
            case FORBID -> Answer.of(403, "{}");
            case FAIL -> Answer.of(500, "{}");
            case STUMBLE -> {
                mode = Mode.ANSWER;
                yield Answer.of(503, "{}");
            }
            case FLOOD ->
                answer.with((new String(answer.body(), StandardCharsets.UTF_8) + " ".repeat(1 << 17))
                        .getBytes(StandardCharsets.UTF_8));
            case STALL -> {
                try {
                    closed.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                yield answer;
            }
        };
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
        try {
            proxy.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.connaisseur.integration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.Login;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.AlertReceiver;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.FakeCluster;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.testing.TestImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Row 104: every secret that the process is given is a word of its own, and whoever may answer it repeats what it was sent. None of
 * these words is found in what the process wrote or said, with {@code LOG_LEVEL=debug}.
 */
@Timeout(600)
public class SecretsIT {
    /** The rows of the catalogue of threats that are tried here. */
    public static final Set<Integer> ROWS = Set.of(104);

    private static final String USER = "robot";
    private static final String PASSWORD = "canary-password-of-a-registry";
    private static final String REDIS = "canary-password-of-redis";
    private static final String SEAL = "canary-key-that-seals-the-cache-entries";
    private static final String HEADER = "canary-header-of-a-receiver";
    private static final String ADDRESS = "canary-address-of-a-receiver";
    private static final String VAULT = "canary-token-of-a-vault";
    private static final String PROXY = "canary-password-of-a-proxy";
    private static final String ACCOUNT = "canary-token-of-a-service-account";
    private static final String KEY_STORE = "canary-password-of-the-key-store";
    private static final String BROKEN = "canary-secret-in-a-broken-file";
    private static final String OWNER = "/apis/apps/v1/namespaces/shop/replicasets/cart-1";
    private static final String CHILD = """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","operation":"CREATE",
             "namespace":"shop","kind":{"group":"","version":"v1","kind":"Pod"},"object":{"metadata":{"generateName":"cart-1-",
             "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"cart-1","uid":"r-1","controller":true}]},
             "spec":{"containers":[{"name":"app","image":"%s"}]}}}}""";

    @TempDir
    private Path directory;

    private final TestAuthority authority = TestAuthority.create("secrets");
    private final CosignSigner signer = CosignSigner.create();
    private final RegistryAuth tokens = RegistryAuth.bearer(USER, PASSWORD);
    private final EmbeddedRegistry registry =
            EmbeddedRegistry.open(Options.PLAIN.withTls(authority.server()).withAuth(tokens));
    private final EmbeddedRegistry vault = EmbeddedRegistry.open(Options.PLAIN.withTls(authority.server()));
    private final AlertReceiver receiver = AlertReceiver.open();
    private final List<String> said = new ArrayList<>();
    private final Map<String, Double> seen = new HashMap<>();

    @AfterEach
    void close() {
        registry.close();
        vault.close();
        receiver.close();
    }

    /** Says what it was sent, as text and decoded. */
    private static final Fault ECHO = (exchange, usual, end) -> {
        StringBuilder headers = new StringBuilder();
        exchange.getRequestHeaders()
                .forEach((name, values) -> values.forEach(value -> {
                    headers.append(name).append(": ").append(value).append(' ');
                    if (value.startsWith("Basic ")) {
                        headers.append(new String(Base64.getDecoder().decode(value.substring(6)), UTF_8))
                                .append(' ');
                    }
                }));
        String text = headers.toString().replace("\"", "'");
        Answer.of(403, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"" + text + "\"}],\"details\":\"" + text + "\"}")
                .send(exchange);
    };

    private Path file(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private String configuration() {
        String key = signer.publicKey().indent(6).stripTrailing();
        return """
                validators:
                - {name: allow, type: static, approve: true}
                - name: signed
                  type: cosign
                  auth: {secretName: login}
                  cert: |
                %2$s
                  trustRoots:
                  - name: key
                    key: |
                %1$s
                - name: vault
                  type: cosign
                  cert: |
                %2$s
                  trustRoots:
                  - {name: key, key: "hashivault://release"}
                policy:
                - {pattern: "registry.k8s.io/*:*", validator: allow}
                - pattern: "%3$s/*:*"
                  validator: signed
                  with: {trustRoot: key, verifyInTransparencyLog: false, verifySCT: false}
                - pattern: "%4$s/*:*"
                  validator: vault
                  with: {trustRoot: key, verifyInTransparencyLog: false, verifySCT: false}
                - pattern: "registry.example/*:*"
                  validator: signed
                  with: {trustRoot: key, verifyInTransparencyLog: false, verifySCT: false}
                """.formatted(key, authority.pem().indent(4).stripTrailing(), registry.host(), vault.host());
    }

    private ServerProcess start(ServerSocket redis, FakeCluster cluster) throws IOException {
        file("secrets/login/secret.yaml", login(PASSWORD));
        file("secrets/chat/header", HEADER);
        file("secrets/chat/path", ADDRESS);
        file("alerts/templates/small.json", "{\"text\": \"{{ alert_message }} {{ error }}\"}");
        file("alerts/config.yaml", """
                admitRequest:
                  receivers:
                  - {template: small, receiverUrl: "%1$s?key=${secret:chat/path}", customHeaders: ["X-Token: ${secret:chat/header}"]}
                rejectRequest:
                  receivers:
                  - template: small
                    receiverUrl: "%2$s?key=${secret:chat/path}"
                    customHeaders: ["X-Token: ${secret:chat/header}"]
                    failIfAlertSendingFails: true
                """.formatted(receiver.url("/hook"), receiver.url("/status/500")));
        file("redis-certs/tls.crt", authority.pem());
        file("keys/key", SEAL);
        Map<String, String> environment = new HashMap<>(Map.of(
                "CONNAISSEUR_CONFIG_DIR",
                ServerTrial.configuration(directory, configuration()).toString(),
                "CONNAISSEUR_SECRETS_DIR",
                directory.resolve("secrets").toString(),
                "CONNAISSEUR_ALERTS_DIR",
                directory.resolve("alerts").toString(),
                "CONNAISSEUR_CACHE_KEYS_DIR",
                directory.resolve("keys").toString(),
                "CONNAISSEUR_REDIS_CERTS_DIR",
                directory.resolve("redis-certs").toString(),
                "REDIS_HOST",
                "localhost:" + redis.getLocalPort(),
                "REDIS_PASSWORD",
                REDIS,
                "SSL_CERT_FILE",
                file("ca.pem", authority.pem()).toString()));
        environment.putAll(Map.of(
                "CONNAISSEUR_NETWORK_ALLOW",
                "localhost",
                "VAULT_ADDR",
                vault.base(),
                "VAULT_TOKEN",
                VAULT,
                "https_proxy",
                "http://" + USER + ":" + PROXY + "@127.0.0.1:9",
                "no_proxy",
                "localhost,127.0.0.1",
                "KUBERNETES_SERVICE_HOST",
                "127.0.0.1",
                "KUBERNETES_SERVICE_PORT",
                Integer.toString(cluster.access().server().getPort()),
                "CONNAISSEUR_SERVICEACCOUNT_DIR",
                directory.resolve("account").toString(),
                "CONNAISSEUR_KEYSTORE_PASSWORD",
                KEY_STORE));
        environment.putAll(
                Map.of("CONNAISSEUR_RELOAD_INTERVAL", "100ms", "LOG_LEVEL", "debug", "CACHE_EXPIRY_SECONDS", "0"));
        environment.put("LOG_FORMAT", "json");
        return ServerProcess.start(directory, environment).awaitReady(ServerTrial.START);
    }

    private String login(String password) {
        return "registry: %s\nusername: %s\npassword: %s\n".formatted(registry.host(), USER, password);
    }

    private AdmissionAnswer ask(ServerProcess server, String image) {
        AdmissionAnswer answer = AdmissionAnswer.of(server.review(CHILD.formatted(image)));
        said.add(answer.toString());
        return answer;
    }

    @Test
    void noneIsFoundInAnythingThatIsWritten() throws Exception {
        signer.sign(registry, "app", TestImage.push(registry, "app", "v1", "content"));
        TestImage.push(vault, "app", "v1", "content");
        String image = registry.host() + "/app:v1";
        try (FakeCluster cluster = FakeCluster.open(Files.createDirectories(directory.resolve("account")));
                ServerSocket redis = authority
                        .server()
                        .getServerSocketFactory()
                        .createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            cluster.rotateToken(ACCOUNT);
            cluster.fail(OWNER, 403);
            Thread.ofVirtual().start(() -> echo(redis));
            try (ServerProcess server = start(redis, cluster)) {
                AdmissionAnswer good = ask(server, image);
                assertThat(good.allowed()).as(good.message()).isTrue();
                assertThat(cluster.asked()).as("the service account was used").isNotEmpty();
                assertThat(receiver.next().headers()).containsEntry("X-Token", HEADER);

                registry.onAll(path -> true, ECHO);
                assertThat(ask(server, image).allowed()).isFalse();
                registry.clearFaults();
                registry.on("/token", ECHO);
                tokens.expireTokens();
                assertThat(ask(server, image).allowed()).isFalse();
                registry.clearFaults();

                vault.onAll(path -> path.startsWith("/v1/"), ECHO);
                assertThat(ask(server, vault.host() + "/app:v1").allowed()).isFalse();
                assertThat(vault.log())
                        .as("the vault was asked")
                        .anyMatch(access -> access.path().startsWith("/v1/"));
                assertThat(ask(server, "registry.example/app:v1").message()).contains("registry.example");

                for (String broken : List.of(BROKEN, login("[" + BROKEN), login("{a: " + BROKEN + "}"))) {
                    file("secrets/login/secret.yaml", broken);
                    await(server, "configuration", "failure");
                }
                file("keys/key", "canary-short");
                await(server, "redis", "failure");
                for (String page : List.of("/metrics", "/health/ready", "/health/live", "/health/started", "/health")) {
                    said.add(server.get(page).body());
                }
                receiver.rest().forEach(alert -> said.add(alert.body()));
                assertThat(ServerTrial.lines(server))
                        .as("each line is one JSON object")
                        .isNotEmpty();
                server.close(); // so that nothing changes while it is looked at
                server.awaitExit(Duration.ofMinutes(1));
                search(server);
            }
        }
    }

    /** Until files have been read again with this result once more than when it was last waited for. */
    private void await(ServerProcess server, String what, String result) throws InterruptedException {
        String line = "connaisseur_reloads_total{result=\"" + result + "\",what=\"" + what + "\"} ";
        double before = seen.getOrDefault(line, 0.0);
        for (int i = 0; i < 1200; i++) {
            double now = server.get("/metrics")
                    .body()
                    .lines()
                    .filter(found -> found.startsWith(line))
                    .mapToDouble(found -> Double.parseDouble(found.substring(line.length())))
                    .sum();
            if (now > before) {
                seen.put(line, now);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError("no " + line);
    }

    private void search(ServerProcess server) throws IOException {
        Map<String, String> secrets = new HashMap<>();
        for (String canary :
                List.of(PASSWORD, REDIS, SEAL, HEADER, ADDRESS, VAULT, PROXY, ACCOUNT, KEY_STORE, BROKEN, "canary")) {
            secrets.put(canary, canary);
        }
        secrets.put("login in base64", base64(USER + ":" + PASSWORD));
        secrets.put("proxy's login in base64", base64(USER + ":" + PROXY));
        Files.readAllLines(directory.resolve("certs/tls.key")).stream()
                .filter(line -> line.length() > 30 && !line.startsWith("--"))
                .forEach(line -> secrets.put("private key " + secrets.size(), line));
        assertThat(secrets).hasSizeGreaterThan(12);
        said.add(server.console());
        List<String> kept = new ArrayList<>();
        for (String below : List.of("logs", "output")) {
            try (Stream<Path> written = Files.walk(directory.resolve(below))) {
                for (Path file : written.filter(Files::isRegularFile).toList()) {
                    (file.toString().contains("/workarea/") ? kept : said).add(Files.readString(file, ISO_8859_1));
                }
            }
        }
        said.forEach(text -> holdsNone(secrets, text));
        // Beside the key store lies what opens it: the server keeps its variables there.
        secrets.keySet().removeAll(Set.of(KEY_STORE, "canary"));
        assertThat(kept).isNotEmpty().allSatisfy(text -> holdsNone(secrets, text));
        assertThat(said.toString()).as("there was something to look at").contains("registry.example");
    }

    private static void holdsNone(Map<String, String> secrets, String text) {
        assertThat(secrets)
                .allSatisfy((name, secret) -> assertThat(text.contains(secret))
                        .as(() -> name + " in …"
                                + text.substring(
                                        Math.max(0, text.indexOf(secret) - 200),
                                        Math.min(text.length(), text.indexOf(secret) + 100)))
                        .isFalse());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    /** A Redis that repeats what it is told as an error. */
    private static void echo(ServerSocket redis) {
        while (!redis.isClosed()) {
            try {
                Socket socket = redis.accept();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        InputStream in = socket.getInputStream();
                        byte[] told = new byte[4096];
                        for (int length = in.read(told); length > 0; length = in.read(told)) {
                            String words = new String(told, 0, length, ISO_8859_1).replaceAll("\\s+", " ");
                            socket.getOutputStream().write(("-WRONGPASS " + words + "\r\n").getBytes(ISO_8859_1));
                        }
                    } catch (IOException gone) {
                        // it has heard enough
                    }
                });
            } catch (IOException closed) {
                return;
            }
        }
    }

    @Test
    void noneIsFoundInWhatIsPrintedOfSettingsAndLogins() {
        Settings settings = Settings.read(new PropertySource(
                Map.of("REDIS_PASSWORD", REDIS, "https_proxy", "http://u:" + PROXY + "@h:1", "REDIS_HOST", "h"),
                Map.of()));
        assertThat(settings.redis().password()).isEqualTo(REDIS);
        assertThat(List.of(settings, new Login(USER, PASSWORD, ACCOUNT)).toString())
                .contains("Redis[hosts=[h]")
                .doesNotContain("canary");
    }

    /** Nor does a process that runs out of memory leave them in a file. */
    @Test
    void noHeapIsWritten() throws IOException {
        assertThat(Files.readString(Path.of("liberty/jvm.options")))
                .contains("-XX:+ExitOnOutOfMemoryError")
                .doesNotContain("HeapDump");
    }
}

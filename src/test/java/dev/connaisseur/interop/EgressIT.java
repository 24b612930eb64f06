package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.testing.Zoo;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The zoo through complete admissions of the shipped server, once from a network that has no way out but a real tinyproxy with a
 * password, once against a real docker-registry with a certificate of a private authority and a real token server.
 */
@Timeout(900)
class EgressIT {
    private static final Duration START = Duration.ofMinutes(4);
    private static final int NOTARY_PORT = 4443;
    private static final String USER = ZooStore.OWNER;
    private static final String PASSWORD = "s3cret-of-the-zoo";

    @TempDir
    Path directory;

    private final TestAuthority authority = TestAuthority.create("private");
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private static Tool tool(String name) {
        return Tool.find(name)
                .orElseThrow(() -> new AssertionError(name + " is missing: see .ci/packages.txt and .ci/go-tools.txt"));
    }

    // ---- through the proxy ----

    @Test
    void theZooThroughAProxy() throws Exception {
        Enclosure network = Enclosure.open(tool("ip"));
        open.add(network);
        int registryPort = 5443;
        Path registryLog = registry(network.outside(), Enclosure.WORLD + ":" + registryPort, pair(Enclosure.NAME), "");
        Enclosure.awaitPort(network.outside(), Enclosure.WORLD, registryPort, registryLog);
        String host = Enclosure.NAME + ":" + registryPort;
        String notary = notary(network, host);
        Path proxyLog = proxy(network);
        Enclosure.awaitPort(network.inside(), Enclosure.GATE, 8888, proxyLog);
        assertThat(Enclosure.connects(network.inside(), Enclosure.WORLD, registryPort))
                .isFalse();
        assertThat(Enclosure.connects(network.inside(), Enclosure.GATE, registryPort))
                .isFalse();

        String before = "http://" + USER + ":" + PASSWORD + "@" + Enclosure.GATE + ":8888";
        ServerProcess server = server(
                "proxied", ZooStore.configuration(host, "", notary), Map.of("HTTPS_PROXY", before), network.inside());
        Asker asker = enclosed(network, server, "proxied");
        judge(host, asker);
        assertThat(Files.readString(proxyLog))
                .contains("CONNECT " + host, "CONNECT " + Enclosure.NAME + ":" + NOTARY_PORT);
        assertThat(Files.readString(registryLog)).contains("HTTP/1.1").doesNotContain("HTTP/2.0");
        assertThat(server.console()).doesNotContain(PASSWORD);

        long seen = Files.size(registryLog);
        ServerProcess stranger = server(
                "stranger",
                ZooStore.configuration(host, "", notary),
                Map.of("HTTPS_PROXY", before.replace(PASSWORD, "wrong")),
                network.inside());
        AdmissionAnswer refused = enclosed(network, stranger, "stranger").apply(signed(host));
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.message()).contains("the proxy does not let us through to " + Enclosure.NAME);
        assertThat(Files.size(registryLog)).isEqualTo(seen);
    }

    /** The validators for a notary server beside the registry. */
    private String notary(Enclosure network, String host) throws Exception {
        Path validators = directory.resolve("notary.yaml");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(ZooNotary.program(Enclosure.WORLD, NOTARY_PORT, Enclosure.NAME, host, validators)));
        Path log = started(network.outside(), directory.resolve("notary.log"), command.toArray(String[]::new));
        long end = System.nanoTime() + START.toNanos();
        while (!Files.exists(validators)) {
            assertThat(System.nanoTime()).as(Files.readString(log)).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return Files.readString(validators);
    }

    private Path proxy(Enclosure network) throws IOException {
        Path log = directory.resolve("tinyproxy.log");
        Path configuration = directory.resolve("tinyproxy.conf");
        Files.writeString(configuration, """
                Port 8888
                Listen %s
                Timeout 60
                MaxClients 200
                LogLevel Connect
                BasicAuth %s %s
                """.formatted(Enclosure.GATE, USER, PASSWORD));
        return started(
                network.outside(), log, tool("tinyproxy").program().toString(), "-d", "-c", configuration.toString());
    }

    private Asker enclosed(Enclosure network, ServerProcess server, String name) throws Exception {
        Path certificate = directory.resolve(name + "/certs/ca.crt");
        network.awaitReady(tool("curl"), server.port(), certificate, START);
        Path body = directory.resolve(name + "/review.json");
        return image -> {
            try {
                Files.writeString(body, Reviews.create("Pod", "zoo", image).toString());
                return AdmissionAnswer.ofJson(network.review(tool("curl"), server.port(), certificate, body));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
    }

    // ---- with a private authority and a token server ----

    @Test
    void theZooBehindAPrivateAuthorityAndATokenServer() throws Exception {
        int registryPort = freePort();
        int tokenPort = freePort();
        Path pair = pair("");
        Path tokenLog = tokenServer(tokenPort, pair);
        Path registryLog = registry(List.of(), "127.0.0.1:" + registryPort, pair, """
                auth:
                  token:
                    realm: https://127.0.0.1:%d/token/
                    service: zoo
                    issuer: zoo-tokens
                    rootcertbundle: %s
                """.formatted(
                        tokenPort, file("root.pem", authority.pem())));
        Enclosure.awaitPort(List.of(), "127.0.0.1", tokenPort, tokenLog);
        Enclosure.awaitPort(List.of(), "127.0.0.1", registryPort, registryLog);

        String host = "127.0.0.1:" + registryPort;
        String more = "  auth: {secretName: zoo}\n  cert: |\n" + authority.pem().indent(4);
        String tokens = "127.0.0.1:" + tokenPort;
        NotaryFixture notary = NotaryFixture.open(authority.server(), RegistryAuth.none());
        open.add(notary);
        String configuration = ZooStore.configuration(
                host, more, ZooNotary.signedAnew().publish(notary, host).validators(notary.base(), authority));
        ServerProcess server = server(
                "keeper",
                configuration,
                Map.of("CONNAISSEUR_SECRETS_DIR", secrets("keeper", PASSWORD, host, tokens)),
                List.of());
        server.awaitReady(START);
        judge(host, image -> ask(server, image));
        assertThat(Files.readString(registryLog)).contains("HTTP/1.1").contains("401");
        assertThat(authenticated(tokenLog)).isPositive();
        assertThat(server.console()).doesNotContain(PASSWORD);

        // A token server that auth does not name gets no login, and so gives us no token that opens anything.
        ServerProcess careful = server(
                "careful",
                configuration,
                Map.of("CONNAISSEUR_SECRETS_DIR", secrets("careful", PASSWORD, host)),
                List.of());
        careful.awaitReady(START);
        long clients = authenticated(tokenLog);
        AdmissionAnswer refused = ask(careful, signed(host));
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.message()).containsPattern("may not connect|refuses us|does not let us");
        assertThat(authenticated(tokenLog)).isEqualTo(clients);
    }

    private static long authenticated(Path tokenLog) throws IOException {
        try (var lines = Files.lines(tokenLog)) {
            return lines.filter(line -> line.contains("authenticated client")).count();
        }
    }

    private Path tokenServer(int port, Path pair) throws IOException {
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        Path passwords =
                file("htpasswd", USER + ":" + OpenBSDBCrypt.generate("2y", PASSWORD.toCharArray(), salt, 5) + "\n");
        return started(
                List.of(),
                directory.resolve("token-server.log"),
                tool("token-server").program().toString(),
                "-debug",
                "-addr",
                "127.0.0.1:" + port,
                "-issuer",
                "zoo-tokens",
                "-realm",
                "zoo",
                "-key",
                file("signing.pem", authority.privateKey()).toString(),
                "-passwd",
                passwords.toString(),
                "-tlscert",
                pair.resolve("tls.crt").toString(),
                "-tlskey",
                pair.resolve("tls.key").toString());
    }

    private String secrets(String name, String password, String... hosts) throws IOException {
        Path secrets = directory.resolve(name + "-secrets");
        StringBuilder auths = new StringBuilder();
        for (String host : hosts) {
            auths.append(auths.isEmpty() ? "" : ",")
                    .append("\"%s\":{\"username\":\"%s\",\"password\":\"%s\"}".formatted(host, USER, password));
        }
        Files.writeString(
                Files.createDirectories(secrets.resolve("zoo")).resolve(".dockerconfigjson"),
                "{\"auths\":{" + auths + "}}");
        return secrets.toString();
    }

    private static AdmissionAnswer ask(ServerProcess server, String image) {
        return AdmissionAnswer.of(
                server.review(Reviews.create("Pod", "zoo", image).toString()));
    }

    // ---- both ----

    @FunctionalInterface
    private interface Asker extends Function<String, AdmissionAnswer> {}

    private static void judge(String host, Asker asker) {
        List<ZooStore.Asked> rows = ZooStore.rows();
        assertThat(rows).hasSameSizeAs(Zoo.cases()).hasSize(65);
        for (ZooStore.Asked asked : rows) {
            AdmissionAnswer answer = asker.apply(asked.at(host));
            assertThat(answer.allowed())
                    .as("%s: %s", asked, answer.message())
                    .isEqualTo(asked.row().allowed());
            assertThat(answer.images(Reviews.workload("Pod", Map.of("containers", List.of(asked.at(host))))))
                    .as("%s", asked)
                    .containsExactly(asked.after(host));
        }
        System.out.println("zoo rows at " + host + ": " + rows.size() + " of " + rows.size() + " as labelled");
    }

    private static String signed(String host) {
        return ZooStore.rows().stream()
                .filter(asked ->
                        asked.row().allowed() && asked.row().rule().validator().equals("cosign"))
                .findFirst()
                .orElseThrow()
                .at(host);
    }

    private Path registry(List<String> side, String address, Path pair, String more) throws IOException {
        Path store = directory.resolve("store");
        ZooStore.write(store);
        Path configuration = file(
                "registry.yml", """
                version: 0.1
                log: {accesslog: {disabled: false}}
                storage: {filesystem: {rootdirectory: "%s"}}
                http: {addr: "%s", tls: {certificate: "%s", key: "%s"}}
                %s""".formatted(store, address, pair.resolve("tls.crt"), pair.resolve("tls.key"), more));
        return started(
                side,
                directory.resolve("registry.log"),
                tool("docker-registry").program().toString(),
                "serve",
                configuration.toString());
    }

    private Path pair(String name) throws IOException {
        Path pair = Files.createDirectories(directory.resolve("pair"));
        if (name.isEmpty()) {
            authority.writePair(pair);
        } else {
            authority.writePair(pair, name);
        }
        return pair;
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private Path started(List<String> side, Path log, String... command) throws IOException {
        List<String> all = new ArrayList<>(side);
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        open.add(() -> {
            process.destroy();
            process.waitFor(10, TimeUnit.SECONDS);
        });
        return log;
    }

    private ServerProcess server(String name, String configuration, Map<String, String> environment, List<String> side)
            throws IOException {
        Path own = directory.resolve(name);
        Files.createDirectories(own.resolve("config"));
        Files.writeString(own.resolve("config/config.yaml"), configuration);
        Map<String, String> all = new HashMap<>(Map.of(
                "CONNAISSEUR_CONFIG_DIR", own.resolve("config").toString(),
                "SSL_CERT_FILE", file("ca.pem", authority.pem()).toString(),
                "CACHE_EXPIRY_SECONDS", "0"));
        all.putAll(environment);
        ServerProcess server = ServerProcess.start(own, all, side);
        open.add(server);
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

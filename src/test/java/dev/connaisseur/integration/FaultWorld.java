package dev.connaisseur.integration;

import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.EmbeddedRegistry.Options;
import dev.connaisseur.testing.RegistryAuth;
import dev.connaisseur.testing.Relay;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestAuthority;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A shipped server with a memory for verdicts, and three registries with TLS: one behind a {@link Relay} and under several names, to fall
 * ill; one that wants tokens; and one that is always well and needs no name. Names are what {@link #resolve} says.
 */
final class FaultWorld implements AutoCloseable {
    static final String ABSENT = "absent.test";
    static final String MOVED = "moved.test";
    static final String LOST = "lost.test";
    static final String SLOW = "slow.test";
    private static final List<String> NAMES = List.of("localhost", ABSENT, MOVED, LOST, SLOW);
    private static final String USER = "robot";
    private static final String PASSWORD = "hunter2";

    private final Path directory;
    private final TestAuthority authority = TestAuthority.create("faults");
    private final RegistryAuth tokens = RegistryAuth.bearer(USER, PASSWORD);
    private final EmbeddedRegistry sick =
            EmbeddedRegistry.open(Options.PLAIN.withTls(authority.serverNamed(NAMES.toArray(String[]::new))));
    private final EmbeddedRegistry well = EmbeddedRegistry.open(Options.PLAIN.withTls(authority.server()));
    private final EmbeddedRegistry guarded =
            EmbeddedRegistry.open(Options.PLAIN.withTls(authority.server()).withAuth(tokens));
    private final Relay way;
    private final ServerProcess server;
    private final FaultLoad load;

    private FaultWorld(Path directory) throws IOException {
        this.directory = directory;
        this.way = Relay.to(sick.port());
        CosignSigner signer = CosignSigner.create();
        resolve(Map.of());
        Path secret = Files.createDirectories(directory.resolve("secrets/login"));
        Files.writeString(
                secret.resolve("secret.yaml"),
                "registry: %s\nusername: %s\npassword: %s\n".formatted(guarded.host(), USER, PASSWORD));
        this.server = ServerProcess.start(
                        directory,
                        Map.of(
                                "CONNAISSEUR_CONFIG_DIR",
                                ServerTrial.configuration(directory, configuration(signer))
                                        .toString(),
                                "CONNAISSEUR_SECRETS_DIR",
                                directory.resolve("secrets").toString(),
                                "CACHE_EXPIRY_SECONDS",
                                "300",
                                "JVM_ARGS",
                                "-Djdk.net.hosts.file=" + hosts()),
                        authority)
                .awaitReady(ServerTrial.START);
        this.load = new FaultLoad(server, signer);
    }

    static FaultWorld start(Path directory) throws IOException {
        return new FaultWorld(directory);
    }

    private String configuration(CosignSigner signer) {
        StringBuilder text = new StringBuilder(
                """
                validators:
                - {name: allow, type: static, approve: true}
                - name: signed
                  type: cosign
                  auth: {secretName: login}
                  cert: |
                %s  trustRoots:
                  - name: key
                    key: |
                %spolicy:
                - {pattern: "registry.k8s.io/*:*", validator: allow}
                """.formatted(authority.pem().indent(4), signer.publicKey().indent(6)));
        Map<String, Integer> hosts = new HashMap<>(Map.of("127.0.0.1", well.port()));
        NAMES.forEach(name -> hosts.put(name, way.port()));
        hosts.forEach((name, port) -> text.append(rule(name + ":" + port)));
        return text.append(rule(guarded.host())).toString();
    }

    private static String rule(String host) {
        return """
                - pattern: "%s/*:*"
                  validator: signed
                  with: {trustRoot: key, verifyInTransparencyLog: false, verifySCT: false}
                """.formatted(host);
    }

    FaultLoad load() {
        return load;
    }

    EmbeddedRegistry sick() {
        return sick;
    }

    /** Where the sick registry is found. */
    Relay way() {
        return way;
    }

    /** The sick registry under one of its names. */
    String sickHost(String name) {
        return name + ":" + way.port();
    }

    EmbeddedRegistry well() {
        return well;
    }

    String wellHost() {
        return "127.0.0.1:" + well.port();
    }

    EmbeddedRegistry guarded() {
        return guarded;
    }

    /** The tokens of the guarded registry. */
    RegistryAuth tokens() {
        return tokens;
    }

    // ---- names ----

    private Path hosts() {
        return directory.resolve("hosts");
    }

    private Path slowHosts() {
        return directory.resolve("slow-hosts");
    }

    /** Every name is this machine's but those that are told otherwise here; an empty address means that there is no such name. */
    void resolve(Map<String, String> otherwise) {
        StringBuilder text = new StringBuilder();
        NAMES.forEach(name -> {
            String address = otherwise.getOrDefault(name, "127.0.0.1");
            text.append(address.isEmpty() ? "" : address + " " + name + "\n");
        });
        try {
            replace(Files.writeString(directory.resolve("next-hosts"), text));
            if (Files.exists(slowHosts())) {
                try (RandomAccessFile waking = new RandomAccessFile(slowHosts().toFile(), "rw")) {
                    waking.write(text.toString().getBytes(StandardCharsets.UTF_8));
                }
                Files.delete(slowHosts());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Until the next {@link #resolve} whoever looks for a name waits: the file of names is a pipe that nobody writes to. */
    void resolveSlowly() throws IOException, InterruptedException {
        Process made = new ProcessBuilder("mkfifo", slowHosts().toString()).start();
        if (!made.waitFor(20, TimeUnit.SECONDS) || made.exitValue() != 0) {
            throw new AssertionError("no pipe could be made");
        }
        replace(Files.createLink(directory.resolve("next-hosts"), slowHosts()));
    }

    private void replace(Path next) throws IOException {
        Files.move(next, hosts(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        server.close();
        way.close();
        sick.close();
        well.close();
        guarded.close();
    }
}

package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.AdmissionAnswer;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.KnownImage;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.ServerProcess;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.testing.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Shipped servers with one configuration, the registry and the notary that they ask, and what they count. */
final class Replicas implements AutoCloseable {
    static final Duration START = Duration.ofMinutes(8);
    static final String KEY = "0123456789abcdef0123456789abcdef";
    static final String HITS = "connaisseur_cache_lookups_total{level=\"redis\",result=\"hit\"}";
    static final String IGNORED = "connaisseur_cache_lookups_total{level=\"redis\",result=\"ignored\"}";
    static final String TIMEOUTS = "connaisseur_cache_lookups_total{level=\"redis\",result=\"timeout\"}";
    static final String WRITTEN = "connaisseur_cache_writes_total{result=\"ok\"}";

    private final Path directory;
    private final TestAuthority authority = TestAuthority.create("replicas");
    private final CosignSigner signer = CosignSigner.create();
    private final CosignSigner stranger = CosignSigner.create();
    private final NotaryKey root = NotaryKey.ecdsa();
    private final EmbeddedRegistry registry = EmbeddedRegistry.open();
    private final NotaryFixture notary = NotaryFixture.open();
    private final AtomicInteger images = new AtomicInteger();

    Replicas(Path directory) {
        this.directory = directory;
    }

    TestAuthority authority() {
        return authority;
    }

    EmbeddedRegistry registry() {
        return registry;
    }

    NotaryFixture notary() {
        return notary;
    }

    /** The key that all repositories of the notary are believed by. */
    NotaryKey root() {
        return root;
    }

    /** Starts Debian's Redis. */
    RedisServer redis(String name) throws Exception {
        Tool program = Tool.find("redis-server").orElseThrow(() -> new AssertionError("redis-server is missing"));
        return RedisServer.start(program, directory.resolve(name), authority);
    }

    /** Starts a server and returns at once; {@code more} is name, value, name, value … */
    ServerProcess server(String name, String... more) throws IOException {
        Path home = Files.createDirectories(directory.resolve(name));
        Path config = Files.createDirectories(home.resolve("config"));
        Files.writeString(config.resolve("config.yaml"), """
                validators:
                - name: cosign
                  type: cosign
                  trustRoots:
                  - name: key
                    key: |
                %s
                - name: notary
                  type: notaryv1
                  host: %s
                  trustRoots:
                  - name: default
                    key: |
                %s
                policy:
                - pattern: "%s/*:*"
                  validator: cosign
                  with: {trustRoot: key, verifyInTransparencyLog: false, verifySCT: false}
                - pattern: "registry.example/*:*"
                  validator: notary
                """.formatted(
                        signer.publicKey().indent(6).stripTrailing(),
                        notary.base(),
                        root.pem().indent(6).stripTrailing(),
                        registry.host()));
        Map<String, String> environment = new TreeMap<>(Map.of(
                "CONNAISSEUR_CONFIG_DIR", config.toString(), "CACHE_EXPIRY_SECONDS", "300", "LOG_FORMAT", "json"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return ServerProcess.start(home, environment, authority);
    }

    /** What makes a process use this Redis, a server as well as the command line. */
    String[] sharing(RedisServer redis) throws IOException {
        Path trust = Files.createDirectories(directory.resolve("redis-certs"));
        Files.writeString(trust.resolve("tls.crt"), authority.pem());
        Path keys = Files.createDirectories(directory.resolve("keys"));
        Files.writeString(keys.resolve("key"), KEY + "\n");
        return new String[] {
            "REDIS_HOST", "localhost:" + redis.port(),
            "REDIS_PASSWORD", RedisServer.password(),
            "CONNAISSEUR_REDIS_USER", RedisServer.USER,
            "CONNAISSEUR_REDIS_CERTS_DIR", trust.toString(),
            "CONNAISSEUR_CACHE_KEYS_DIR", keys.toString()
        };
    }

    /** The repository of a fresh image. */
    String repository() {
        return "app" + images.incrementAndGet();
    }

    /** Pushes and signs an image. */
    String signed(String repository) {
        signer.sign(registry, repository, TestImage.push(registry, repository, "v1", repository));
        return image(repository);
    }

    /** Pushes an image that nobody signed. */
    String unsigned(String repository) {
        TestImage.push(registry, repository, "v1", repository);
        return image(repository);
    }

    /**
     * A fresh image: of four two are signed, one is by nobody and one by a stranger.
     *
     * @param below what its repository's name begins with
     */
    KnownImage fresh(String below) {
        int number = images.incrementAndGet();
        boolean good = number % 2 == 0;
        String repository = below + number;
        Digest digest = TestImage.push(registry, repository, "v1", repository);
        if (good || number % 4 == 1) {
            (good ? signer : stranger).sign(registry, repository, digest);
        }
        return new KnownImage(image(repository), Optional.of(digest).filter(pushed -> good));
    }

    private String image(String repository) {
        return registry.host() + "/" + repository + ":v1";
    }

    /** How many requests the registry had for a repository. */
    long requests(String repository) {
        return registry.log().stream()
                .filter(access -> access.path().startsWith("/v2/" + repository + "/"))
                .count();
    }

    static AdmissionAnswer ask(ServerProcess server, String... images) {
        return AdmissionAnswer.of(
                server.review(Reviews.create("Pod", "replicas", images).toString()));
    }

    static double metric(ServerProcess server, String name) {
        return server.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    static void await(String what, ServerProcess server, String metric, double atLeast) throws InterruptedException {
        for (int i = 0; i < 1200 && metric(server, metric) < atLeast; i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(metric(server, metric)).as(what).isGreaterThanOrEqualTo(atLeast);
    }

    /** Waits for what {@code /health/ready} says about the shared cache. */
    static void awaitState(ServerProcess server, String state) throws InterruptedException {
        String data = "\"cache\":\"" + state + "\"";
        for (int i = 0; i < 600 && !server.get("/health/ready").body().contains(data); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(server.get("/health/ready").body()).contains(data);
    }

    /** Asks, and waits until what the server gives to Redis has arrived there, if it does. */
    AdmissionAnswer askAndShare(ServerProcess server, String image) throws InterruptedException {
        double written = metric(server, WRITTEN);
        AdmissionAnswer answer = ask(server, image);
        for (int i = 0; i < 40 && metric(server, WRITTEN) <= written; i++) {
            TimeUnit.MILLISECONDS.sleep(50); // what Redis does not take in time is given up
        }
        return answer;
    }

    /**
     * Until two servers share: a call that takes longer than its allowance is a miss, and the next one is a second away.
     *
     * @return what the registry was asked for by the second one of an image that it had from the first one
     */
    long untilShared(ServerProcess first, ServerProcess second) throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            String repository = repository();
            String image = signed(repository);
            AdmissionAnswer answer = askAndShare(first, image);
            long before = requests(repository);
            double hits = metric(second, HITS);
            AdmissionAnswer other = ask(second, image);
            assertThat(other.allowed()).as(other.message()).isTrue();
            assertThat(other.patch()).isEqualTo(answer.patch());
            if (metric(second, HITS) > hits) {
                return requests(repository) - before;
            }
        }
        throw new AssertionError("nothing is shared: " + second.get("/metrics").body());
    }

    @Override
    public void close() {
        registry.close();
        notary.close();
    }
}

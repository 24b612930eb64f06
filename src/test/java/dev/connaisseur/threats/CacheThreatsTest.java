package dev.connaisseur.threats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cache.Allowance;
import dev.connaisseur.cache.CacheKey;
import dev.connaisseur.cache.CacheMetrics;
import dev.connaisseur.cache.Judgement;
import dev.connaisseur.cache.Seal;
import dev.connaisseur.cache.SharedLevel;
import dev.connaisseur.cache.VerdictCache;
import dev.connaisseur.config.PropertySource;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.Verdict;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows 76 to 82: what is remembered, and what a Redis may say. Forged entries in a real one: {@code interop.SharedLevelIT}. */
@Timeout(120)
class CacheThreatsTest {
    static final Set<Integer> ROWS = Set.of(76, 77, 78, 79, 80, 81, 82);

    private static final Judgement SIGNED =
            new Judgement.Signed(new Verdict.Signed(Digest.of(new byte[] {1}), List.of("alice")));
    private static final CacheKey KEY = new CacheKey("f", "0 * cosign", "", "reg.io/app:v1");

    @TempDir
    Path directory;

    private final CacheMetrics metrics = new CacheMetrics(new PrometheusRegistry());

    private VerdictCache cache(SharedLevel shared) {
        Settings.Cache settings = new Settings.Cache(Duration.ofSeconds(30), true, Duration.ofMinutes(5));
        return new VerdictCache(settings, metrics, InstantSource.system(), System::nanoTime, shared, "realm");
    }

    /** Rows 77 and 78. */
    @Test
    void anotherConfigurationRuleScopeOrImageHasNoVerdict() {
        VerdictCache cache = cache(new SharedLevel(metrics));
        cache.remember(KEY, SIGNED);
        assertThat(cache.local(KEY)).contains(SIGNED);
        for (CacheKey other : List.of(
                new CacheKey("g", "0 * cosign", "", "reg.io/app:v1"),
                new CacheKey("f", "1 * cosign", "", "reg.io/app:v1"),
                new CacheKey("f", "0 * cosign", "blue", "reg.io/app:v1"),
                new CacheKey("f", "0 * cosign", "", "reg.io/app:v2"))) {
            assertThat(cache.local(other)).isEmpty();
        }
    }

    /** Row 79. */
    @Test
    void aPassingTroubleIsNotRemembered() {
        VerdictCache cache = cache(new SharedLevel(metrics));
        for (Reason reason : Reason.values()) {
            cache.remember(KEY, new Judgement.Refused(reason, "trouble"));
            assertThat(cache.local(KEY).isPresent()).as(reason.name()).isEqualTo(!reason.undecided());
            cache = cache(new SharedLevel(metrics));
        }
    }

    /** Row 80: what does not fit goes, and is then verified again. */
    @Test
    void aFloodOfImagesIsBounded() {
        VerdictCache cache = cache(new SharedLevel(metrics));
        int flood = 60_000;
        for (int i = 0; i < flood; i++) {
            cache.remember(KEY.of("reg.io/flood" + i + ":v1"), SIGNED);
        }
        int kept = 0;
        for (int i = 0; i < flood; i++) {
            kept += cache.local(KEY.of("reg.io/flood" + i + ":v1")).isPresent() ? 1 : 0;
        }
        assertThat(kept).isPositive().isLessThan(25_000);
        cache.remember(KEY, SIGNED);
    }

    /** Row 81. */
    @Test
    void noVerdictLivesLongerThanADay() {
        Settings settings = Settings.read(new PropertySource(Map.of("CACHE_EXPIRY_SECONDS", "99999999"), Map.of()));
        assertThat(settings.cache().expiry()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.warnings()).hasSize(1);
    }

    /** Rows 76 and 82: whatever the other side says, and however slowly, nothing comes of it in little time. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\n\r\n",
                "$5\r\nhello\r\n",
                ":12\r\n",
                "*3\r\n:1\r\n",
                "-MOVED 3999 127.0.0.1:6381\r\n",
                "-NOAUTH Authentication required.\r\n",
                "-OOM command not allowed\r\n",
                "$999999999999999999999\r\n",
                "$-7\r\n",
                "$2000000000\r\n",
                "*2000000000\r\n",
                "*-7\r\n",
                "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n",
                "+OK\r\n",
                "$35\r\n{\"digest\":\"sha256:evil\",\"error\":\"\"}\r\n",
                "\0\0\0\0\0\0\0\0"
            })
    void whateverRedisSaysIsNoVerdict(String says) throws Exception {
        TestAuthority authority = TestAuthority.create("odd");
        CountDownLatch end = new CountDownLatch(1);
        try (ServerSocket server = authority
                        .server()
                        .getServerSocketFactory()
                        .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
                SharedLevel shared = new SharedLevel(metrics)) {
            Thread.ofVirtual().start(() -> serve(server, says, end));
            Files.writeString(directory.resolve("key"), "0123456789abcdef0123456789abcdef");
            Settings.Redis settings = new Settings.Redis(
                    List.of("localhost:" + server.getLocalPort()),
                    6379,
                    Settings.Redis.Mode.SINGLE,
                    "",
                    "",
                    "m",
                    directory);
            shared.connect(
                    settings,
                    TlsTrust.of(authority.pem()),
                    Seal.read(directory, new ArrayList<>()).orElseThrow());
            VerdictCache cache = cache(shared);
            long begun = System.nanoTime();
            Allowance allowance = new Allowance();
            for (int i = 0; i < 20; i++) {
                cache.remember(KEY.of("reg.io/other" + i), SIGNED);
                assertThat(cache.shared(KEY, allowance)).isEmpty();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("one allowance, on a machine that has other things to do; each of 20 would wait for seconds")
                    .isLessThan(Duration.ofSeconds(20));
        } finally {
            end.countDown();
        }
    }

    private static void serve(ServerSocket server, String says, CountDownLatch end) {
        while (end.getCount() > 0) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> say(socket, says, end));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void say(Socket socket, String says, CountDownLatch end) {
        try (socket) {
            InputStream in = socket.getInputStream();
            while (in.read(new byte[4096]) > 0) {
                socket.getOutputStream().write(says.getBytes(StandardCharsets.ISO_8859_1));
            }
            end.await(5, TimeUnit.SECONDS);
        } catch (IOException gone) {
            // the other side has had enough
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.connaisseur.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cache.Allowance;
import dev.connaisseur.cache.CacheKey;
import dev.connaisseur.cache.CacheMetrics;
import dev.connaisseur.cache.Judgement;
import dev.connaisseur.cache.Seal;
import dev.connaisseur.cache.SharedLevel;
import dev.connaisseur.cache.VerdictCache;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.TlsTrust;
import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.TestAuthority;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.Verdict;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What two processes share through a real Redis, and what they do not believe it. */
@Timeout(120)
class SharedLevelIT {
    private static final Digest GOOD = Digest.of(new byte[] {1});
    private static final Judgement SIGNED =
            new Judgement.Signed(new Verdict.Signed(GOOD, List.of("alice"), List.of("a warning")));
    private static final CacheKey KEY = new CacheKey("f", "0 * cosign", "", "reg.io/app:v1");
    private static final CacheKey OTHER = KEY.of("reg.io/evil:v1");

    @TempDir
    Path directory;

    private final TestAuthority authority = TestAuthority.create("redis");
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-31T13:45:00Z"));
    private final List<SharedLevel> levels = new ArrayList<>();
    private RedisServer redis;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start(
                Tool.find("redis-server").orElseThrow(() -> new AssertionError("redis-server is not installed")),
                directory.resolve("redis"),
                authority,
                "maxmemory",
                "40mb");
    }

    @AfterEach
    void stop() {
        levels.forEach(SharedLevel::close);
        redis.close();
    }

    private VerdictCache process(String... keys) {
        return process(settings(RedisServer.password()), authority.pem(), keys);
    }

    private Settings.Redis settings(String password) {
        return new Settings.Redis(
                List.of("localhost:" + redis.port()),
                6379,
                Settings.Redis.Mode.SINGLE,
                RedisServer.USER,
                password,
                "",
                directory);
    }

    private VerdictCache process(Settings.Redis settings, String trusted, String... keys) {
        CacheMetrics metrics = new CacheMetrics(new PrometheusRegistry());
        SharedLevel level = new SharedLevel(metrics);
        levels.add(level);
        level.connect(settings, TlsTrust.of(trusted), seal(keys.length == 0 ? new String[] {"k"} : keys));
        return new VerdictCache(
                new Settings.Cache(Duration.ofSeconds(30), true, Duration.ofMinutes(10)),
                metrics,
                now::get,
                System::nanoTime,
                level,
                "realm");
    }

    private Seal seal(String... keys) {
        try {
            Path files = Files.createTempDirectory(directory, "keys");
            Files.writeString(files.resolve("key"), keys[0].repeat(32) + "\n");
            if (keys.length > 1) {
                Files.writeString(files.resolve("previous"), keys[1].repeat(32));
            }
            return Seal.read(files, new ArrayList<>()).orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Asks as often as it takes until there is an answer. */
    private static Optional<Judgement> awaited(VerdictCache process, CacheKey key) throws InterruptedException {
        Optional<Judgement> found = process.shared(key, new Allowance());
        for (int i = 0; i < 300 && found.isEmpty(); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
            found = process.shared(key, new Allowance());
        }
        return found;
    }

    /** Remembers again until another process has heard of it: an entry that Redis cannot take is given up. */
    private static void shared(VerdictCache by, VerdictCache with, CacheKey key) throws InterruptedException {
        Optional<Judgement> found = Optional.empty();
        for (int i = 0; i < 300 && found.isEmpty(); i++) {
            by.remember(key, SIGNED);
            TimeUnit.MILLISECONDS.sleep(50);
            found = with.shared(key, new Allowance());
        }
        assertThat(found).contains(SIGNED);
    }

    private String name(VerdictCache process) throws Exception {
        shared(process, process(), KEY);
        String names = redis.command(authority, "KEYS", "connaisseur:v1:verdict:*");
        return names.substring(names.indexOf("connaisseur:")).strip();
    }

    @Test
    void whatOneProcessFoundAnotherOneKnowsForTheRestOfItsTime() throws Exception {
        VerdictCache one = process();
        VerdictCache two = process();
        shared(one, two, KEY);
        assertThat(two.local(KEY)).as("and keeps").contains(SIGNED);
        Judgement.Refused refused = new Judgement.Refused(Reason.NO_SIGNATURE, "nobody signed <this>");
        one.remember(OTHER, refused);
        assertThat(awaited(two, OTHER)).contains(refused);

        VerdictCache late = process();
        now.updateAndGet(at -> at.plusSeconds(29));
        assertThat(awaited(late, KEY)).contains(SIGNED);
        now.updateAndGet(at -> at.plusSeconds(2));
        assertThat(process().shared(KEY, new Allowance()))
                .as("its time is over")
                .isEmpty();
        now.updateAndGet(at -> at.minusSeconds(120));
        assertThat(process().shared(KEY, new Allowance())).as("from the future").isEmpty();
        assertThat(late.shared(KEY.of("reg.io/none:v1"), new Allowance())).isEmpty();
    }

    @Test
    void whatIsNotOursIsNothing() throws Exception {
        VerdictCache one = process();
        String name = name(one);
        String real = redis.command(authority, "GET", name);
        String value = real.substring(real.indexOf("\r\n") + 2, real.length() - 2);
        VerdictCache reader = process();
        String plain = "{\"at\":1769867100000,\"digest\":\"" + GOOD + "\",\"signers\":[],\"warnings\":[]}";
        for (String forged : List.of(
                "",
                plain,
                "{\"digest\":\"sha256:evil\",\"error\":\"\"}",
                "0".repeat(32) + plain,
                value.substring(0, value.length() - 1),
                (char) (value.charAt(0) ^ 1) + value.substring(1),
                value.substring(0, 40) + (char) (value.charAt(40) ^ 1) + value.substring(41))) {
            redis.command(authority, "SET", name, forged);
            assertThat(reader.shared(KEY, new Allowance())).as(forged).isEmpty();
        }
        redis.command(authority, "SETRANGE", name, "20000000", "x");
        assertThat(reader.shared(KEY, new Allowance())).as("20 MB").isEmpty();
        redis.command(authority, "DEL", name);
        redis.command(authority, "LPUSH", name, "x");
        assertThat(reader.shared(KEY, new Allowance())).as("a list").isEmpty();

        shared(one, process(), OTHER);
        String others = redis.command(authority, "KEYS", "connaisseur:v1:verdict:*");
        String other = others.lines()
                .filter(line -> line.startsWith("connaisseur:") && !line.equals(name))
                .findFirst()
                .orElseThrow();
        redis.command(authority, "DEL", name);
        redis.command(authority, "COPY", other, name);
        assertThat(reader.shared(KEY, new Allowance()))
                .as("another key's value")
                .isEmpty();
        redis.command(authority, "SET", name, value);
        assertThat(awaited(reader, KEY)).as("the real one").contains(SIGNED);
    }

    @Test
    void keysAreReplacedWithoutLoss() throws Exception {
        VerdictCache old = process("a");
        VerdictCache fresh = process("b", "a");
        shared(old, fresh, KEY);
        fresh.remember(OTHER, SIGNED);
        assertThat(awaited(process("b"), OTHER)).contains(SIGNED);
        assertThat(old.shared(OTHER, new Allowance()))
                .as("sealed by a key that it does not know")
                .isEmpty();
    }

    @Test
    void aRedisThatDiesIsUsedAgainWhenItIsBack() throws Exception {
        VerdictCache one = process();
        VerdictCache two = process();
        shared(one, two, KEY);
        redis.kill();
        assertThat(process().shared(KEY, new Allowance())).isEmpty();
        assertThat(one.shared(KEY, new Allowance())).isEmpty();
        assertThat(one.local(KEY)).as("this process goes on").contains(SIGNED);
        redis.start();
        shared(one, two, OTHER);
    }

    /** 50 images of one admission together lose no more than one allowance. */
    @Test
    void aRedisThatHangsCostsNoMoreThanItsAllowance() throws Exception {
        VerdictCache one = process();
        shared(one, process(), KEY);
        redis.freeze();
        long begun = System.nanoTime();
        Allowance allowance = new Allowance();
        for (int i = 0; i < 50; i++) {
            assertThat(one.shared(KEY.of("reg.io/app" + i + ":v1"), allowance)).isEmpty();
            one.remember(KEY.of("reg.io/app" + i + ":v1"), SIGNED);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .as("waiting for each would take 50 times a second")
                .isLessThan(Duration.ofSeconds(20));
        redis.thaw();
        shared(one, process(), OTHER);
    }

    @Test
    void aRedisThatRefusesIsNone() throws Exception {
        VerdictCache healthy = process();
        shared(healthy, process(), KEY);
        VerdictCache wrongPassword = process(settings("wrong"), authority.pem());
        VerdictCache wrongTrust = process(
                settings(RedisServer.password()),
                TestAuthority.create("stranger").pem());
        for (VerdictCache refused : List.of(wrongPassword, wrongTrust)) {
            refused.remember(OTHER, SIGNED);
            assertThat(refused.shared(KEY, new Allowance())).isEmpty();
        }
        redis.command(authority, "CONFIG", "SET", "maxmemory", "1");
        VerdictCache full = process();
        full.remember(OTHER, SIGNED);
        assertThat(awaited(full, KEY)).as("a full one can be read").contains(SIGNED);
        redis.command(authority, "CONFIG", "SET", "maxmemory", "0");
        redis.command(authority, "REPLICAOF", "127.0.0.1", "1");
        VerdictCache readOnly = process();
        readOnly.remember(OTHER, SIGNED);
        assertThat(readOnly.shared(OTHER, new Allowance())).isEmpty();
    }
}

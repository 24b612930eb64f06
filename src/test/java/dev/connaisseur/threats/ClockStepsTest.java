package dev.connaisseur.threats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.CosignSigner;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.NotaryFixture;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryRepository;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.testing.NotationSigner.Certificate;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.testing.TestImage;
import dev.connaisseur.threats.Trial.Answer;
import dev.connaisseur.validator.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock is set while the process runs, a day on, a day back, ten years on: what has a time is held to it, and nothing else minds. */
@Timeout(300)
class ClockStepsTest {
    private static final Instant NOW = NotationSigner.NOW;
    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration DECADE = Duration.ofDays(3652);

    @TempDir
    Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final EmbeddedRegistry registry = EmbeddedRegistry.open();
    private final NotaryFixture notary = NotaryFixture.open();
    private final NotaryKey root = NotaryKey.ecdsaX509();
    private final CosignSigner key = CosignSigner.create();
    private final NotationSigner days = signer(Duration.ofDays(20));
    private final NotationSigner hours = signer(Duration.ofHours(12));

    private static NotationSigner signer(Duration life) {
        return NotationSigner.of(
                Certificate.root("CN=root of " + life).valid(NOW.minus(DECADE), NOW.plus(DECADE.multipliedBy(2))),
                Certificate.leaf("C=DE,ST=BE,O=acme,CN=signer").valid(NOW.minus(life), NOW.plus(life)));
    }

    @BeforeEach
    void publish() {
        key.sign(registry, "key", TestImage.push(registry, "key", "v1", "key"));
        TestImage.push(registry, "key", "unsigned", "unsigned");
        notation("days", days);
        notation("hours", hours);
        notarised("notary-days", NOW.plus(Duration.ofDays(20)));
        notarised("notary-hours", NOW.plus(Duration.ofHours(12)));
    }

    @AfterEach
    void close() {
        registry.close();
        notary.close();
    }

    private void notation(String repository, NotationSigner signer) {
        Digest image = TestImage.push(registry, repository, "v1", repository);
        String payload = NotationSigner.payload(TestImage.MANIFEST, image, registry.bytes(image).length);
        NotationSigner.attach(
                registry,
                repository,
                image,
                signer.jws(signer.header().build(), payload).toString().getBytes(UTF_8));
    }

    private void notarised(String repository, Instant end) {
        notary.put(
                registry.host() + "/" + repository,
                NotaryRepository.create()
                        .keys("root", root)
                        .target("v1", Digest.of(repository.getBytes(UTF_8)))
                        .expires("timestamp", end)
                        .publish());
    }

    private Trial trial(String... environment) {
        String host = registry.host();
        return EngineTrial.at(
                now::get,
                directory,
                """
                validators:
                - {name: key, type: cosign, trustRoots: [{name: r, key: "%s"}]}
                - {name: days, type: notation, trustRoots: [{name: r, cert: "%s"}]}
                - {name: hours, type: notation, trustRoots: [{name: r, cert: "%s"}]}
                - {name: notary, type: notaryv1, host: "%s", trustRoots: [{name: r, key: "%s"}]}
                policy:
                - {pattern: "%6$s/key:*", validator: key, with: {trustRoot: r, verifyInTransparencyLog: false}}
                - {pattern: "%6$s/days:*", validator: days, with: {trustRoot: r}}
                - {pattern: "%6$s/hours:*", validator: hours, with: {trustRoot: r}}
                - {pattern: "%6$s/notary-*:*", validator: notary, with: {trustRoot: r}}
                """.formatted(
                                oneLine(key.publicKey()),
                                oneLine(days.rootPem()),
                                oneLine(hours.rootPem()),
                                notary.base(),
                                oneLine(root.pem()),
                                host),
                environment);
    }

    private static String oneLine(String pem) {
        return pem.replace("\n", "\\n");
    }

    private List<String> admitted(Trial trial, Instant at) {
        now.set(at);
        return List.of("key:v1", "key:unsigned", "days:v1", "hours:v1", "notary-days:v1", "notary-hours:v1").stream()
                .filter(image -> trial.ask(AMPLE, registry.host() + "/" + image).allowed())
                .toList();
    }

    /** After each step the clock is right again, and everything is as it was. */
    @Test
    void whatHasATimeIsHeldToIt() {
        List<String> right = List.of("key:v1", "days:v1", "hours:v1", "notary-days:v1", "notary-hours:v1");
        try (Trial trial = trial()) {
            assertThat(admitted(trial, NOW)).isEqualTo(right);
            assertThat(admitted(trial, NOW.plus(DAY))).containsExactly("key:v1", "days:v1", "notary-days:v1");
            assertThat(admitted(trial, NOW)).isEqualTo(right);
            assertThat(admitted(trial, NOW.minus(DAY)))
                    .containsExactly("key:v1", "days:v1", "notary-days:v1", "notary-hours:v1");
            assertThat(admitted(trial, NOW)).isEqualTo(right);
            assertThat(admitted(trial, NOW.plus(DECADE))).containsExactly("key:v1");
            assertThat(admitted(trial, NOW)).isEqualTo(right);
        }
    }

    /** A deadline is no time of day: a request that nobody answers ends by its own. */
    @ParameterizedTest
    @ValueSource(longs = {1, -1, 3652})
    void aRequestEndsByItsDeadline(long days) throws InterruptedException {
        registry.onManifest("key", "v1", Fault.stallBeforeHeaders());
        try (Trial trial = trial()) {
            CompletableFuture<Answer> answer = trial.send(
                    Duration.ofSeconds(3),
                    Reviews.create("Pod", "uid", registry.host() + "/key:v1").toString());
            while (registry.log().isEmpty() && !answer.isDone()) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            now.set(NOW.plus(Duration.ofDays(days)));
            Answer late = answer.orTimeout(AMPLE.toSeconds(), TimeUnit.SECONDS).join();
            assertThat(late.reasons()).containsExactly(Reason.TIMED_OUT);
            assertThat(late.time()).isGreaterThan(Duration.ofSeconds(2));
        }
    }

    /** How long a verdict is remembered does not depend on the time of day: a clock that goes back prolongs nothing. */
    @Test
    void whatIsRememberedEndsAllTheSame() throws InterruptedException {
        String image = registry.host() + "/key:v1";
        try (Trial remembers = trial("CACHE_EXPIRY_SECONDS", "600");
                Trial forgets = trial("CACHE_EXPIRY_SECONDS", "1")) {
            assertThat(remembers.ask(AMPLE, image).allowed()).isTrue();
            assertThat(forgets.ask(AMPLE, image).allowed()).isTrue();
            registry.stop();
            now.set(NOW.minus(DAY));
            long end = System.nanoTime() + AMPLE.toNanos();
            while (forgets.ask(AMPLE, image).allowed()) {
                assertThat(System.nanoTime()).as("remembered for ever").isLessThan(end);
                TimeUnit.MILLISECONDS.sleep(100);
            }
            for (Duration step : List.of(DAY.negated(), DAY, DECADE)) {
                now.set(NOW.plus(step));
                assertThat(remembers.ask(AMPLE, image).allowed())
                        .as("after " + step)
                        .isTrue();
            }
        }
    }
}

package dev.connaisseur.validator.notaryv1;

import static dev.connaisseur.validator.Reason.EXPIRED;
import static dev.connaisseur.validator.Reason.ROLLBACK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.Settings;
import dev.connaisseur.image.Digest;
import dev.connaisseur.testing.Answer;
import dev.connaisseur.testing.Fault;
import dev.connaisseur.testing.NotaryKey;
import dev.connaisseur.testing.NotaryLab;
import dev.connaisseur.testing.NotaryRepository;
import dev.connaisseur.tuf.Forgotten;
import dev.connaisseur.tuf.LocalRollbackMemory;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rows 52 and 54: a server does not get back behind what it showed before. */
final class NotaryV1RollbackTest {
    private static final Digest A = Digest.of("a".getBytes(StandardCharsets.UTF_8));
    private static final Digest B = Digest.of("b".getBytes(StandardCharsets.UTF_8));
    private static final String NAME = "registry.example/team/app";
    private static final String IMAGE = NAME + ":v1";

    private final LocalRollbackMemory memory = new LocalRollbackMemory(10);
    private final NotaryLab lab = new NotaryLab().memory(memory);
    private final NotaryRepository repository = NotaryRepository.create().target("v1", A);
    private final Map<String, byte[]> first = repository.publish();
    private final Map<String, byte[]> second =
            repository.target("v1", B).next("targets", "snapshot", "timestamp").publish();

    @AfterEach
    void close() {
        lab.close();
    }

    private Validator validator() {
        return lab.validator(repository.key("root").pem());
    }

    private void serve(Map<String, byte[]> files) {
        lab.server().put(NAME, files);
    }

    private void rollback(Validator validator, String cause) {
        ValidationException refusal = lab.refused(validator, IMAGE);
        assertThat(refusal.reason()).isEqualTo(ROLLBACK);
        assertThat(refusal)
                .hasMessageStartingWith("error validating trust data: ")
                .hasMessageContaining(cause);
    }

    @Test
    void anOlderGenerationIsRefusedByWarmAndColdValidatorsAlike() {
        Validator validator = validator();
        serve(first);
        assertThat(lab.admitted(validator, IMAGE)).isEqualTo(A);
        serve(second);
        assertThat(lab.admitted(validator, IMAGE)).isEqualTo(B);

        serve(first);
        rollback(validator, "snapshot version 1, but version 2 was seen at 2026-11-22T12:00:00Z");
        // A reloaded configuration makes new validators, the memory stays.
        rollback(validator(), "snapshot version 1, but version 2");
        serve(second);
        assertThat(lab.admitted(validator, IMAGE)).isEqualTo(B);
    }

    @Test
    void whoeverPinsAnotherRootStartsAfresh() {
        serve(second);
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(B);

        NotaryRepository restarted = NotaryRepository.create().target("v1", A);
        serve(restarted.publish());
        assertThat(lab.admitted(lab.validator(restarted.key("root").pem()), IMAGE))
                .isEqualTo(A);
    }

    @Test
    void whatIsForgottenOnPurposeDoesNotCount() {
        serve(second);
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(B);
        assertThat(memory.forget(new Forgotten(lab.server().base(), NAME, NotaryLab.NOW)))
                .isEqualTo(1);
        serve(first);
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(A);
    }

    @Test
    void theMemoryLapses() {
        serve(second);
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(B);
        serve(first);
        lab.at(NotaryLab.NOW.plus(Duration.ofDays(30)));
        rollback(validator(), "version 1, but version 2");
        lab.at(NotaryLab.NOW.plus(Duration.ofDays(30)).plusNanos(1));
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(A);
    }

    @Test
    void theMemoryCanBeShortOrOff() {
        lab.settings(new Settings.NotaryV1(Duration.ofHours(1), true));
        serve(second);
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(B);
        serve(first);
        lab.at(NotaryLab.NOW.plus(Duration.ofHours(2)));
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(A);

        lab.settings(new Settings.NotaryV1(Duration.ZERO, true));
        serve(second);
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(B);
        serve(first);
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(A);
    }

    @Test
    void whatWasNotVerifiedIsNotRemembered() {
        serve(repository
                .version("timestamp", Long.MAX_VALUE)
                .signers("timestamp", NotaryKey.ed25519())
                .publish());
        assertThat(lab.refused(validator(), IMAGE).reason()).isNotEqualTo(ROLLBACK);
        serve(first);
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(A);
    }

    @Test
    void aRefusalForAMissingTagIsRememberedAllTheSame() {
        serve(second);
        lab.refused(validator(), NAME + ":missing");
        serve(first);
        rollback(validator(), "version 1, but version 2");
    }

    @Test
    void anExpiredGenerationIsToldAsExpired() {
        serve(second);
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(B);
        Map<String, byte[]> old = repository
                .version("timestamp", 1)
                .expires("timestamp", NotaryLab.NOW.minusSeconds(1))
                .publish();
        serve(old);
        assertThat(lab.refused(validator(), IMAGE).reason()).isEqualTo(EXPIRED);
    }

    /** A server that drops a delegation from its snapshot would otherwise make an older promise of targets count. */
    @Test
    void aDelegationIsNotHiddenByTheServer() {
        repository.delegation("targets/releases", NotaryKey.ecdsa()).target("targets/releases", "v1", B);
        serve(repository.publish());
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(B);
        serve(repository
                .next("snapshot", "timestamp")
                .unlisted("targets/releases")
                .publish());
        rollback(validator(), "the server's snapshot no longer lists targets/releases");
    }

    /** While one admission reads the old files, somebody publishes and another admission sees the new ones. */
    @Test
    void aPublicationWhileWeReadIsNoRollback() throws Exception {
        serve(first);
        CountDownLatch reading = new CountDownLatch(3);
        CountDownLatch published = new CountDownLatch(1);
        Fault wait = (exchange, usual, end) -> {
            reading.countDown();
            try {
                published.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            usual.send(exchange);
        };
        for (String role : new String[] {"targets", "snapshot", "timestamp"}) {
            lab.server().on(NAME, role, wait);
        }
        Validator slow = validator();
        FutureTask<Digest> late = new FutureTask<>(() -> lab.admitted(slow, IMAGE));
        // Not in the common pool: the HTTP client ends its answers there.
        Thread.ofVirtual().start(late);
        reading.await();
        lab.server().clearFaults();
        serve(second);
        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(B);
        published.countDown();

        assertThat(late.get()).isEqualTo(B);
    }

    /** The timestamp of before the publication, everything else of after it; asked again, the server is at rest. */
    @Test
    void filesOfTwoGenerationsAreReadOnceMore() {
        AtomicInteger asked = new AtomicInteger();
        serve(second);
        lab.server().on(NAME, "timestamp", (exchange, usual, end) -> {
            boolean early = asked.getAndIncrement() == 0;
            (early ? new Answer(200, Map.of(), first.getOrDefault("timestamp", new byte[0])) : usual).send(exchange);
        });

        assertThat(lab.admitted(validator(), IMAGE)).isEqualTo(B);
        assertThat(asked).hasValue(2);
    }

    @Test
    void filesThatNeverFitAreRefused() {
        AtomicInteger asked = new AtomicInteger();
        serve(second);
        lab.server().on(NAME, "timestamp", (exchange, usual, end) -> {
            asked.incrementAndGet();
            new Answer(200, Map.of(), first.getOrDefault("timestamp", new byte[0])).send(exchange);
        });

        ValidationException refusal = lab.refused(validator(), IMAGE);
        assertThat(refusal).hasMessageContaining("error validating snapshot checksums");
        assertThat(asked).hasValue(2);
    }
}

package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.sigstore.TrustedRoot;
import dev.connaisseur.testing.Loopback;
import dev.connaisseur.testing.TufRepository;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The trusted root of a repository over time: nobody is asked too early, and what was fetched holds until it expires. */
class RefreshedTrustTest {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final String ROOT = text("src/test/resources/keyless/trusted_root.json");
    private static final String EMPTY =
            "{\"mediaType\": \"application/vnd.dev.sigstore.trustedroot+json;version=0.1\"}";

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final HttpTransport transport = Loopback.transport();
    private final TufRepository repository = TufRepository.serve(ROOT, START);
    private final TrustRepositories repositories = new TrustRepositories(transport, now::get);

    @AfterEach
    void close() {
        repository.close();
        transport.close();
    }

    private RefreshedTrust trust() {
        return repositories.at(URI.create(repository.url()), repository.root(1));
    }

    @Test
    void nobodyIsAskedBeforeItIsNeeded() {
        RefreshedTrust trust = trust();

        assertThat(trust.held()).isEmpty();
        assertThat(repository.asked()).isEmpty();
        assertThat(logs(trust)).isEqualTo(2);
        assertThat(repository.asked()).contains("2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json");
    }

    @Test
    void whatWasFetchedServesEverybodyForSixHours() {
        RefreshedTrust trust = trust();
        logs(trust);
        repository.forgetAsked();
        now.set(START.plus(RefreshedTrust.INTERVAL).minusSeconds(1));

        assertThat(logs(trust)).isEqualTo(2);
        assertThat(logs(trust()))
                .as("another configuration with the same repository")
                .isEqualTo(2);
        assertThat(repository.asked()).isEmpty();
    }

    @Test
    void aNewRootIsTakenOverBesideTheAdmissions() throws InterruptedException {
        RefreshedTrust trust = trust();
        logs(trust);
        repository.target(EMPTY).rotate();
        now.set(START.plus(RefreshedTrust.INTERVAL));

        assertThat(logs(trust)).as("nobody waits who has one").isIn(2, 0);
        awaitLogs(trust, 0);
    }

    @Test
    void theLastGoodOneHoldsUntilItExpires() {
        RefreshedTrust trust = trust();
        logs(trust);
        repository.down(true);
        now.set(START.plus(Duration.ofDays(1)));
        assertThat(logs(trust)).isEqualTo(2);

        now.set(START.plus(Duration.ofDays(1)).plusSeconds(60));
        assertRefused(trust, "503");
        repository.down(false);
        now.set(now.updateAndGet(time -> time).plus(RefreshedTrust.PAUSE));
        assertRefused(trust, "expired");
        repository
                .life("timestamp", Duration.ofDays(9))
                .life("snapshot", Duration.ofDays(9))
                .life("targets", Duration.ofDays(9))
                .life("root", Duration.ofDays(9))
                .rotate();
        now.set(now.updateAndGet(time -> time).plus(RefreshedTrust.PAUSE));
        assertThat(logs(trust)).isEqualTo(2);
    }

    @Test
    void anOlderGenerationNeverReplacesANewerOne() {
        repository.life("root", Duration.ofDays(9)).publish();
        byte[] old = repository.file("timestamp.json");
        repository.publish();
        RefreshedTrust trust = trust();
        logs(trust);
        repository.put("timestamp.json", old);
        repository.forgetAsked();
        now.set(START.plus(RefreshedTrust.INTERVAL));
        assertThat(logs(trust)).isEqualTo(2);

        now.set(START.plus(Duration.ofDays(1)).plusSeconds(60));
        assertRefused(trust, "version 2 of timestamp is offered, version 3 was seen");
    }

    @Test
    void anUnreachableRepositoryRefusesAndIsNotAskedByEverybody() {
        repository.down(true);
        RefreshedTrust trust = trust();

        assertRefused(trust, repository.url());
        int asked = repository.asked().size();
        assertRefused(trust, "503");
        assertThat(repository.asked()).hasSize(asked);
        repository.down(false);
        now.set(START.plus(RefreshedTrust.PAUSE));
        assertThat(logs(trust)).isEqualTo(2);
    }

    @Test
    void manyAtOnceCauseOneRefresh() throws InterruptedException, ExecutionException, TimeoutException {
        RefreshedTrust trust = trust();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = Stream.generate(() -> threads.submit(() -> logs(trust)))
                    .limit(50)
                    .toList();
            for (Future<Integer> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(2);
            }
        }
        assertThat(repository.asked()).containsOnlyOnce("timestamp.json");
    }

    @Test
    void theShippedRootIsOne() {
        assertThat(repositories.publicGood().held()).isEmpty();
    }

    private static int logs(RefreshedTrust trust) {
        return trust.trusted(soon()).logs().size();
    }

    private static void awaitLogs(RefreshedTrust trust, int wanted) throws InterruptedException {
        Deadline end = Deadline.after(Duration.ofSeconds(60));
        while (trust.held().map(TrustedRoot::logs).orElseThrow().size() != wanted) {
            assertThat(end.passed()).as("the new root was never taken over").isFalse();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static void assertRefused(RefreshedTrust trust, String why) {
        ValidationException refusal =
                Assertions.catchThrowableOfType(ValidationException.class, () -> trust.trusted(soon()));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(Reason.INCONCLUSIVE);
        assertThat(refusal).hasMessageContaining(why);
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.sigstore.MalformedEvidenceException;
import dev.connaisseur.sigstore.TrustedRoot;
import dev.connaisseur.tuf.MetadataException;
import dev.connaisseur.tuf.TrustedRepository;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The trusted root of a TUF repository, held in memory. Nobody is asked before the first rule needs it. From then on it is refreshed
 * beside the admissions, never more than once at a time; what was fetched last is believed until it expires, whatever becomes of the
 * repository. Only who has nothing to believe waits. Shared by all threads and generations.
 */
final class RefreshedTrust {
    private static final System.Logger LOG = System.getLogger(RefreshedTrust.class.getName());

    /** The target that holds the trusted root, by the convention of all sigstore clients. */
    private static final String TARGET = "trusted_root.json";

    private static final int LARGEST = 4 << 20;

    /** When what is held is asked for anew. */
    static final Duration INTERVAL = Duration.ofHours(6);

    /** How long nobody is asked again after a failure. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    /** What one refresh may take as a whole. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TrustRepository source;
    private final InstantSource clock;

    private TrustedRepository repository;
    private Optional<Held> held = Optional.empty();
    private Optional<CountDownLatch> running = Optional.empty();
    private Optional<Failure> failure = Optional.empty();

    /**
     * Prepares; asks nobody.
     *
     * @param pinned a root of the repository, which may be an old one
     */
    RefreshedTrust(TrustRepository source, TrustedRepository pinned, InstantSource clock) {
        this.source = source;
        this.repository = pinned;
        this.clock = clock;
    }

    private record Held(TrustedRoot trusted, Instant at, Instant expires) {}

    private record Failure(String why, Instant at) {}

    /** What is held and has not expired; asks nobody. */
    synchronized Optional<TrustedRoot> held() {
        Instant now = clock.instant();
        return held.filter(root -> !now.isAfter(root.expires)).map(Held::trusted);
    }

    /** When what is held expires or has expired; empty while nothing is held. */
    synchronized Optional<Instant> expires() {
        return held.map(Held::expires);
    }

    /**
     * What is to be believed now.
     *
     * @throws ValidationException if nothing is held that has not expired, and nothing can be had by the deadline
     */
    TrustedRoot trusted(Deadline deadline) {
        Optional<CountDownLatch> refresh = refreshIfDue();
        Optional<TrustedRoot> known = held();
        if (known.isEmpty() && refresh.isPresent()) {
            await(refresh.get(), deadline);
            known = held();
        }
        return known.orElseThrow(this::nothing);
    }

    private synchronized Optional<CountDownLatch> refreshIfDue() {
        Instant now = clock.instant();
        boolean fresh = held.filter(root -> now.isBefore(root.at.plus(INTERVAL)) && !now.isAfter(root.expires))
                .isPresent();
        boolean paused =
                failure.filter(last -> now.isBefore(last.at.plus(PAUSE))).isPresent();
        if (running.isEmpty() && !fresh && !paused) {
            CountDownLatch done = new CountDownLatch(1);
            running = Optional.of(done);
            Thread.ofVirtual().name("trusted-root").start(() -> refresh(done));
        }
        return running;
    }

    private void refresh(CountDownLatch done) {
        Optional<Failure> outcome = Optional.of(new Failure("it could not be refreshed", clock.instant()));
        try {
            outcome = attempt();
        } finally {
            end(outcome, done);
        }
    }

    private synchronized void end(Optional<Failure> outcome, CountDownLatch done) {
        failure = outcome;
        running = Optional.empty();
        done.countDown();
    }

    private Optional<Failure> attempt() {
        Instant now = clock.instant();
        try {
            var files = source.files(Deadline.after(PATIENCE));
            TrustedRepository next = known().refreshed(files, now);
            TrustedRoot trusted = TrustedRoot.parse(next.target(TARGET, files, LARGEST));
            adopt(next, new Held(trusted, now, next.expires().orElseThrow()));
            return Optional.empty();
        } catch (LookupException | MetadataException | MalformedJsonException | MalformedEvidenceException e) {
            LOG.log(Level.WARNING, "the trusted root at " + source.address() + " was not refreshed: " + e.getMessage());
            return Optional.of(new Failure(String.valueOf(e.getMessage()), now));
        }
    }

    private synchronized TrustedRepository known() {
        return repository;
    }

    private synchronized void adopt(TrustedRepository next, Held root) {
        repository = next;
        held = Optional.of(root);
    }

    private static void await(CountDownLatch refresh, Deadline deadline) {
        try {
            boolean done = refresh.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            if (!done) {
                throw new ValidationException(
                        Reason.TIMED_OUT, "error validating image: the trusted root was not there in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ValidationException(Reason.TIMED_OUT, "error validating image: interrupted", e);
        }
    }

    private synchronized ValidationException nothing() {
        return new ValidationException(
                Reason.INCONCLUSIVE,
                "error validating image: there is no trusted root from " + source.address() + " to verify with: "
                        + failure.map(Failure::why).orElse("it has expired"));
    }
}

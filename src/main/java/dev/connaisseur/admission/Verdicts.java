package dev.connaisseur.admission;

import dev.connaisseur.admission.Evidence.Source;
import dev.connaisseur.cache.Allowance;
import dev.connaisseur.cache.CacheKey;
import dev.connaisseur.cache.Flight;
import dev.connaisseur.cache.Flights;
import dev.connaisseur.cache.Judgement;
import dev.connaisseur.cache.Judgement.Refused;
import dev.connaisseur.cache.Judgement.Signed;
import dev.connaisseur.cache.VerdictCache;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.Trail;
import dev.connaisseur.validator.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Stands between a review and its validators, and spares them what was answered a moment ago or is being answered. Equal questions
 * in flight are one; a registry, or a notary before it, that does not answer holds up its own images, not those of others; what
 * could not be decided may rest on the last known good, if the settings allow that.
 */
final class Verdicts {
    /** A verification that gives up at the deadline can still say what did not answer. */
    private static final Duration GRACE = Duration.ofMillis(100);

    private final VerdictCache cache;
    private final Flights<CacheKey, Answer> flights;
    private final Turns turns;

    /** @param threads one per task: tasks wait */
    Verdicts(VerdictCache cache, AdmissionLimits limits, Executor threads) {
        this.cache = cache;
        this.flights = new Flights<>(threads);
        this.turns = new Turns(limits.together());
    }

    /**
     * What came out.
     *
     * @param looks what was looked at for it
     * @param parts of the verification that brought it; empty for who only joined it
     */
    record Answer(Judgement judgement, Source source, List<Trail.Look> looks, List<Trail.Part> parts) {
        Answer {
            looks = List.copyOf(looks);
            parts = List.copyOf(parts);
        }

        /** An answer for which nothing was verified. */
        static Answer of(Judgement judgement, Source source, List<Trail.Look> looks) {
            return new Answer(judgement, source, looks, List.of());
        }

        Answer joined() {
            return of(judgement, source, looks);
        }

        boolean timedOut() {
            return judgement instanceof Refused refused && refused.reason() == Reason.TIMED_OUT;
        }
    }

    /** What is known already. Asks nobody. */
    Optional<Answer> known(Question question) {
        return cache.local(question.key()).map(judgement -> Answer.of(judgement, Source.CACHE, List.of()));
    }

    /**
     * Finds out, unless it is known.
     *
     * @param allowance what the admission may lose to asking other processes
     * @param rehearsal whether nothing may be remembered
     * @return empty if nothing was found by the deadline
     */
    Optional<Answer> ask(Question question, Deadline deadline, Allowance allowance, boolean rehearsal)
            throws InterruptedException {
        Optional<Answer> known = known(question);
        if (known.isPresent()) {
            return known;
        }
        cache.missed();
        Optional<Answer> found = together(question, deadline, allowance, rehearsal);
        return found.isEmpty() || found.get().judgement().undecided()
                ? lastKnownGood(question, allowance, found).or(() -> found)
                : found;
    }

    /** Takes part in the verification that is under way. One that ran out of its own time says nothing to who came later and has more. */
    private Optional<Answer> together(Question question, Deadline deadline, Allowance allowance, boolean rehearsal)
            throws InterruptedException {
        while (true) {
            Flights.Seat<Answer> seat = flights.board(question.key(), flight -> {
                wanted(flight, rehearsal); // before anything can be found
                return found(question, deadline, allowance, flight);
            });
            wanted(seat.flight(), rehearsal);
            Optional<Answer> answer = seat.flight().await(deadline.remaining().plus(GRACE));
            if (seat.first() || answer.isEmpty() || !answer.get().timedOut() || deadline.passed()) {
                return seat.first() ? answer : answer.map(Answer::joined);
            }
        }
    }

    private static void wanted(Flight<Answer> flight, boolean rehearsal) {
        if (!rehearsal) {
            flight.remember();
        }
    }

    /** Runs for all who asked, on a thread of its own. */
    private Answer found(Question question, Deadline budget, Allowance allowance, Flight<Answer> flight) {
        return cache.shared(question.key(), allowance)
                .map(judgement -> Answer.of(judgement, Source.CACHE, List.of()))
                .orElseGet(() -> verified(question, budget, flight));
    }

    private Answer verified(Question question, Deadline budget, Flight<Answer> flight) {
        if (!enter(question, budget)) {
            return late();
        }
        try {
            if (flight.abandoned()) {
                return late();
            }
            RequestContext context = new RequestContext(
                    budget, question.asker().namespace(), question.asker().pullSecrets());
            Judgement judgement = question.validator().apply(context);
            if (flight.isRemembered()) {
                remember(question, judgement);
            }
            List<Trail.Part> parts = context.trail().parts();
            return new Answer(judgement, Source.VALIDATOR, context.trail().looks(), parts);
        } finally {
            turns.leave(question.side());
        }
    }

    private boolean enter(Question question, Deadline budget) {
        try {
            return turns.enter(question.side(), budget);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Answer late() {
        Refused refused = new Refused(Reason.TIMED_OUT, "too many other verifications are waiting");
        return Answer.of(refused, Source.VALIDATOR, List.of());
    }

    private void remember(Question question, Judgement judgement) {
        cache.remember(question.key(), judgement);
        if (judgement instanceof Signed signed) {
            cache.rememberDigest(question.of(signed.verdict().digest()), judgement);
        } else {
            question.digest().ifPresent(digest -> cache.rememberDigest(digest, judgement));
        }
    }

    /** Nobody could be asked about a digest that this configuration has found good before. Tags move, so they never get here. */
    private Optional<Answer> lastKnownGood(Question question, Allowance allowance, Optional<Answer> undecided) {
        if (undecided.isPresent()
                && undecided.get().judgement() instanceof Refused refused
                && refused.reason() == Reason.INTERNAL) {
            return Optional.empty();
        }
        return question.digest()
                .flatMap(digest -> cache.lastKnownGood(digest, allowance))
                .map(good -> {
                    Verdict.Signed verdict = good.verdict();
                    List<String> warnings = new ArrayList<>(verdict.warnings());
                    warnings.add("image " + question.key().image() + " could not be verified now; it was verified at "
                            + good.at());
                    Verdict.Signed leased =
                            new Verdict.Signed(verdict.digest(), verdict.signers(), warnings, verdict.logIndexes());
                    List<Trail.Look> looks = undecided.map(Answer::looks).orElse(List.of());
                    return Answer.of(new Signed(leased), Source.LEASE, looks);
                });
    }

    /** How many verifications are under way. */
    int flights() {
        return flights.size();
    }

    /** How many wait for one. */
    int waiting() {
        return flights.passengers();
    }
}

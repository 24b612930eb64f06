package dev.connaisseur.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.connaisseur.cache.Judgement.Refused;
import dev.connaisseur.cache.Judgement.Signed;
import dev.connaisseur.config.Settings;
import dev.connaisseur.validator.Verdict;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Judgements that were reached a short time ago. Nothing that could not be decided is ever in it. A judgement lives no longer than
 * the settings say from the moment it was reached, in whichever process.
 */
public final class VerdictCache {
    private final Settings.Cache settings;
    private final CacheMetrics metrics;
    private final InstantSource clock;
    private final LocalCache<Judgement> verdicts;
    private final LocalCache<Last> leases;

    /**
     * A cache that this process has for itself.
     *
     * @param clock dates what is remembered
     * @param ticker tells how old it is
     */
    public VerdictCache(Settings.Cache settings, CacheMetrics metrics, InstantSource clock, Ticker ticker) {
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        this.verdicts = new LocalCache<>(VerdictCache::length, ticker);
        this.leases = new LocalCache<>(last -> length(last.judgement()), ticker);
    }

    /** What this process remembers. Asks nobody. */
    public Optional<Judgement> local(CacheKey key) {
        if (!settings.enabled()) {
            return Optional.empty();
        }
        Optional<Judgement> known = verdicts.get(key);
        known.ifPresent(judgement -> metrics.local("hit"));
        return known;
    }

    /** Counts a question that this process had no answer for. */
    public void missed() {
        if (settings.enabled()) {
            metrics.local("miss");
        }
    }

    /** Remembers a judgement that was reached just now, if it is one of those that are. */
    public void remember(CacheKey key, Judgement judgement) {
        boolean wanted = judgement instanceof Signed || (settings.errors() && !judgement.undecided());
        if (settings.enabled() && wanted) {
            verdicts.put(key, judgement, settings.expiry());
        }
    }

    /** Remembers what a digest was found to be: good, for when nobody can be asked, or refused, which ends that. */
    public void rememberDigest(CacheKey digest, Judgement judgement) {
        if (settings.stale().isPositive() && !judgement.undecided()) {
            leases.put(digest, new Last(judgement, clock.instant()), settings.stale());
        }
    }

    /** The last thing that was found about a digest, if that was good and is not too long ago. */
    public Optional<Good> lastKnownGood(CacheKey digest) {
        return leases.get(digest)
                .flatMap(last -> last.judgement() instanceof Signed signed
                        ? Optional.of(new Good(signed.verdict(), last.at()))
                        : Optional.empty());
    }

    /**
     * A verdict of some time ago.
     *
     * @param at when it was reached
     */
    public record Good(Verdict.Signed verdict, Instant at) {}

    /** What was last found about a digest. */
    private record Last(Judgement judgement, Instant at) {}

    private static int length(Judgement judgement) {
        return switch (judgement) {
            case Refused refused -> refused.message().length();
            case Signed signed ->
                Stream.of(signed.verdict().signers(), signed.verdict().warnings())
                        .flatMap(List::stream)
                        .mapToInt(String::length)
                        .sum();
        };
    }
}

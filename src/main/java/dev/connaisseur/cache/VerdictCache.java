package dev.connaisseur.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.connaisseur.cache.Judgement.Refused;
import dev.connaisseur.cache.Judgement.Signed;
import dev.connaisseur.config.Settings;
import dev.connaisseur.validator.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Judgements that were reached a short time ago. Nothing that could not be decided is ever in it. A judgement lives no longer than
 * the settings say from the moment it was reached, in whichever process.
 */
public final class VerdictCache {
    private final Settings.Cache settings;
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final SharedLevel shared;
    private final String realm;
    private final CacheMetrics metrics;
    private final InstantSource clock;
    private final LocalCache<Judgement> verdicts;
    private final LocalCache<Entry> leases;

    /** A cache that this process has for itself. */
    public VerdictCache(Settings.Cache settings, CacheMetrics metrics, InstantSource clock, Ticker ticker) {
        this(settings, metrics, clock, ticker, new SharedLevel(metrics), "");
    }

    /**
     * A cache that this process shares with others, as far as they can be reached.
     *
     * @param realm names what else decides beside the configuration: only processes of one realm hear each other
     * @param clock dates what is remembered
     * @param ticker tells how old it is
     */
    public VerdictCache(
            Settings.Cache settings,
            CacheMetrics metrics,
            InstantSource clock,
            Ticker ticker,
            SharedLevel shared,
            String realm) {
        this.shared = shared;
        this.realm = realm;
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
            shared.put(name("verdict:", key), new Entry(judgement, clock.instant())::toJson, settings.expiry());
        }
    }

    /** What another process remembers; it is remembered here for as long as it would be there. */
    public Optional<Judgement> shared(CacheKey key, Allowance allowance) {
        if (!settings.enabled()) {
            return Optional.empty();
        }
        return fetch("verdict:", key, settings.expiry(), allowance)
                .filter(entry -> entry.judgement() instanceof Signed || settings.errors())
                .map(entry -> {
                    verdicts.put(key, entry.judgement(), left(entry, settings.expiry()));
                    return entry.judgement();
                });
    }

    /** An entry that is neither too old nor from the future. */
    private Optional<Entry> fetch(String kind, CacheKey key, Duration life, Allowance allowance) {
        return shared.get(name(kind, key), allowance)
                .flatMap(Entry::parse)
                .filter(entry -> !entry.at().isAfter(clock.instant().plus(SKEW)))
                .filter(entry -> left(entry, life).isPositive());
    }

    private Duration left(Entry entry, Duration life) {
        Duration left = Duration.between(clock.instant(), entry.at().plus(life));
        return left.compareTo(life) > 0 ? life : left;
    }

    private String name(String kind, CacheKey key) {
        return kind + CacheKey.hash(realm, key.hash());
    }

    /** Remembers what a digest was found to be: good, for when nobody can be asked, or refused, which ends that. */
    public void rememberDigest(CacheKey digest, Judgement judgement) {
        if (settings.stale().isPositive() && !judgement.undecided()) {
            Entry last = new Entry(judgement, clock.instant());
            leases.put(digest, last, settings.stale());
            shared.put(name("digest:", digest), last::toJson, settings.stale());
        }
    }

    /** The last thing that was found about a digest, if that was good and is not too long ago. */
    public Optional<Good> lastKnownGood(CacheKey digest, Allowance allowance) {
        if (!settings.stale().isPositive()) {
            return Optional.empty();
        }
        return Stream.concat(
                        leases.get(digest).stream(), fetch("digest:", digest, settings.stale(), allowance).stream())
                .max(Comparator.comparing(Entry::at))
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

package dev.connaisseur.admission;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connaisseur.alert.Alerts;
import dev.connaisseur.cache.CacheMetrics;
import dev.connaisseur.cache.VerdictCache;
import dev.connaisseur.config.Settings;
import dev.connaisseur.config.Settings.Features;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.config.Settings.Features.UnpinnedOwners;
import dev.connaisseur.config.Settings.Features.Validating;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.OwnerReference;
import dev.connaisseur.kubernetes.Workload;
import dev.connaisseur.policy.Match;
import dev.connaisseur.policy.PolicyRule;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.policy.RuleOptions.Mode;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.StaticValidator;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** An admission controller with a policy and validators made for one test. */
final class Bench implements AutoCloseable {
    static final Digest DIGEST = new Digest("1234567890123456123456789012345612345678901234561234567890123456");
    static final Digest OTHER = new Digest("91ac9b26df583762234c1cdb2fc930364754ccc59bc752a2bfe298d2ea68f9ff");

    static final Instant NOW = Instant.parse("2026-01-31T13:45:01Z");

    private final List<DecisionRecord> records = new CopyOnWriteArrayList<>();
    private final List<Span> trees = new CopyOnWriteArrayList<>();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Map<String, Validator> validators = new LinkedHashMap<>();
    private final Map<String, Match> policy = new LinkedHashMap<>();
    private Features features = features(false, false, ResourceValidation.ALL, ImageVolumes.VALIDATE);
    private Owners owners = Owners.UNKNOWN;
    private Alerts alerts = Alerts.NONE;
    private Cluster cluster = Cluster.NONE;
    private String fingerprint = "f1";
    private Duration limit = Duration.ofSeconds(10);
    private final AtomicLong elapsed = new AtomicLong();
    private final AdmissionController controller;

    Bench() {
        this(AdmissionLimits.DEFAULT);
    }

    Bench(AdmissionLimits limits) {
        this(limits, new Settings.Cache(Duration.ZERO, true, Duration.ZERO));
    }

    Bench(AdmissionLimits limits, Settings.Cache cache) {
        controller = new AdmissionController(
                limits,
                new AdmissionMetrics(registry),
                around(),
                new VerdictCache(cache, new CacheMetrics(registry), () -> NOW.plusNanos(elapsed.get()), elapsed::get),
                () -> NOW,
                List.of(records::add),
                tree -> trees.add(tree.get()));
        with(new StaticValidator("allow", true)).with(new StaticValidator("deny", false));
    }

    Bench with(Validator validator) {
        validators.put(validator.name(), validator);
        return this;
    }

    /** A validator that knows signed images by {@code registry/repository}. */
    Bench signed(String name, Map<String, Digest> images) {
        return with(new ScriptedValidator(
                name,
                (image, context) -> Optional.ofNullable(images.get(image.context()))
                        .map(d -> (Verdict) new Verdict.Signed(d, List.of("key")))
                        .orElseThrow(() -> new ValidationException(Reason.NO_SIGNATURE, "no signatures found"))));
    }

    /** A rule for one {@code registry/repository}, or for everything else: {@code *:*}. */
    Bench rule(String pattern, String validator) {
        policy.put(pattern, new Match.One(rule(pattern, validator, Mode.MUTATE), List.of()));
        return this;
    }

    Bench match(String context, Match match) {
        policy.put(context, match);
        return this;
    }

    /** Lets the cache's time pass. */
    Bench later(Duration span) {
        elapsed.addAndGet(span.toNanos());
        return this;
    }

    Bench features(Features with) {
        features = with;
        return this;
    }

    Bench alerts(Alerts with) {
        alerts = with;
        return this;
    }

    Bench limit(Duration span) {
        limit = span;
        return this;
    }

    /** Features without child approval. */
    static Features features(
            boolean unchangedApproval, boolean detection, ResourceValidation validation, ImageVolumes volumes) {
        return new Features(
                false, unchangedApproval, detection, validation, volumes, UnpinnedOwners.APPROVE, Validating.ENFORCE);
    }

    static PolicyRule rule(String pattern, String validator, Mode mode) {
        RuleOptions d = RuleOptions.DEFAULTS;
        RuleOptions options = new RuleOptions(
                d.trustRoot(),
                mode,
                d.verifyInTransparencyLog(),
                d.verifySct(),
                d.threshold(),
                d.required(),
                d.delegations(),
                d.verificationLevel(),
                d.verifyTimestamp());
        return new PolicyRule(0, pattern, validator, options, "policy[0]", 1, Optional.empty());
    }

    GenerationView generation() {
        Function<ImageReference, Match> rules =
                image -> policy.getOrDefault(image.context(), policy.getOrDefault("*:*", new Match.None(List.of())));
        return new GenerationView(
                rules, name -> Optional.ofNullable(validators.get(name)), features, alerts, fingerprint);
    }

    AdmissionDecision review(JsonObject review) {
        return review(AdmissionReview.parse(review.toString().getBytes(UTF_8)));
    }

    AdmissionDecision review(AdmissionReview review) {
        return review(review, Deadline.after(limit));
    }

    AdmissionDecision review(AdmissionReview review, Deadline deadline) {
        try {
            return controller
                    .review(review, generation(), deadline)
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    AdmissionController controller() {
        return controller;
    }

    /** The lines of the metrics page that begin with this. */
    List<Span> trees() {
        return List.copyOf(trees);
    }

    List<String> metrics(String prefix) {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(page, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return page.toString(UTF_8).lines().filter(l -> l.startsWith(prefix)).toList();
    }

    Bench owners(Owners whoKnows) {
        owners = whoKnows;
        return this;
    }

    Bench cluster(Cluster around) {
        cluster = around;
        return owners(around.owners());
    }

    private Cluster around() {
        return new Cluster(
                this::owner,
                (namespace, account, deadline) -> cluster.accounts().pullSecrets(namespace, account, deadline),
                (namespace, secret, deadline) -> cluster.secrets().dockerConfig(namespace, secret, deadline));
    }

    private Optional<Workload> owner(String namespace, OwnerReference reference, Deadline deadline) {
        return owners.live(namespace, reference, deadline);
    }

    Bench fingerprint(String other) {
        fingerprint = other;
        return this;
    }

    /** What observers were told. */
    List<DecisionRecord> records() {
        return records;
    }

    /** A denial without its id. */
    static String text(AdmissionDecision decision) {
        return decision.message().orElse("").replaceAll(" \\(id [0-9a-f]{8}\\)$", "");
    }

    Settings.Features features() {
        return features;
    }

    @Override
    public void close() {
        controller.close();
    }
}

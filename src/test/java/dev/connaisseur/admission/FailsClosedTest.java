package dev.connaisseur.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.admission.AdmissionDecision.Refused;
import dev.connaisseur.admission.Grounds.Result;
import dev.connaisseur.alert.Alerts;
import dev.connaisseur.cache.CacheMetrics;
import dev.connaisseur.cache.VerdictCache;
import dev.connaisseur.config.Settings;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.LookupException.Kind;
import dev.connaisseur.http.TransientException;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.image.InvalidReferenceException;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.policy.Match;
import dev.connaisseur.policy.RuleOptions.Mode;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever fails, and wherever: nothing is admitted that was not verified. */
class FailsClosedTest {
    private static final Logger LOG = Logger.getLogger(AdmissionController.class.getName());

    private final Bench bench = new Bench().rule("*:*", "cosign").rule("reg.io/allow", "allow");
    private final Captured log = new Captured();

    private static final class Captured extends Handler {
        private final List<LogRecord> lines = new ArrayList<>();

        @Override
        public synchronized void publish(LogRecord line) {
            lines.add(line);
        }

        synchronized List<LogRecord> lines() {
            return List.copyOf(lines);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void listen() {
        LOG.addHandler(log);
        LOG.setUseParentHandlers(false);
    }

    @AfterEach
    void close() {
        LOG.removeHandler(log);
        LOG.setUseParentHandlers(true);
        bench.close();
    }

    private static AdmissionReview pod(String... images) {
        return AdmissionReview.parse(
                Reviews.create("Pod", "u-42", images).toString().getBytes(StandardCharsets.UTF_8));
    }

    @SuppressWarnings({"InfiniteRecursion", "SameNameButDifferent"})
    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    private static final List<Supplier<Throwable>> FAILURES = List.of(
            () -> new IllegalStateException("boom"),
            () -> new NullPointerException(),
            () -> new OutOfMemoryError("pretended"),
            () -> new StackOverflowError(),
            () -> new AssertionError("never"),
            () -> new LinkageError("lost class"),
            () -> new ExceptionInInitializerError("x"),
            () -> new CancellationException(),
            () -> new CompletionException(new InterruptedException()),
            () -> new NoSuchElementException("none"),
            () -> new ClassCastException(),
            () -> new InterruptedException(),
            () -> new Exception("checked"),
            () -> new ValidationException(Reason.NO_SIGNATURE, "no signatures found"),
            () -> new ValidationException(Reason.INTERNAL, "odd"),
            () -> new FinalException(Kind.STATUS, "reg.io", "escaped the validator"),
            () -> new ThreadDeathLike());

    private static final class ThreadDeathLike extends Error {
        private static final long serialVersionUID = 1L;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable failure) throws T {
        throw (T) failure;
    }

    /** Throws with this chance, and then anything. */
    private static final class Trouble {
        private final Random random;
        private final double chance;
        private final AtomicInteger thrown = new AtomicInteger();

        Trouble(long seed, double chance) {
            random = new Random(seed);
            this.chance = chance;
        }

        synchronized void maybe() {
            if (random.nextDouble() < chance) {
                thrown.incrementAndGet();
                throw FailsClosedTest.<RuntimeException>sneaky(
                        FAILURES.get(random.nextInt(FAILURES.size())).get());
            }
        }
    }

    /** Every port throws at random; an unsigned image is never admitted, a signed one only if all went well for it. */
    @Test
    void randomFailuresAtEveryPortAdmitNothing() {
        int admitted = 0;
        int thrown = 0;
        for (long seed = 0; seed < 3_000; seed++) {
            Trouble trouble = new Trouble(seed, 0.3);
            AtomicInteger verified = new AtomicInteger();
            Validator validator = new ScriptedValidator("cosign", (image, context) -> {
                trouble.maybe();
                if (image.context().contains("evil")) {
                    throw new ValidationException(Reason.NO_SIGNATURE, "no signatures found");
                }
                verified.incrementAndGet();
                return new Verdict.Signed(Bench.DIGEST, List.of());
            });
            Match.One match = new Match.One(Bench.rule("*:*", "cosign", Mode.MUTATE), List.of());
            Function<ImageReference, Match> policy = image -> {
                trouble.maybe();
                return match;
            };
            Function<String, Optional<Validator>> validators = name -> {
                trouble.maybe();
                return Optional.of(validator);
            };
            GenerationView generation = new GenerationView(policy, validators, bench.features(), Alerts.NONE, "f1");
            boolean evil = seed % 2 == 0;
            AdmissionReview review = evil ? pod("reg.io/app:1", "reg.io/evil:1") : pod("reg.io/app:1", "reg.io/app:2");
            Optional<AdmissionDecision> decision = decide(review, generation);
            if (decision.isPresent() && decision.get() instanceof Allowed) {
                assertThat(evil).as("seed %d", seed).isFalse();
                assertThat(verified.get()).as("seed %d", seed).isEqualTo(2);
                admitted++;
            }
            thrown += trouble.thrown.get();
        }
        assertThat(thrown).isGreaterThan(2_000);
        assertThat(admitted).as("the honest ones that met no trouble").isBetween(20, 1_000);
    }

    private Optional<AdmissionDecision> decide(AdmissionReview review, GenerationView generation) {
        return Optional.of(bench.controller()
                .review(review, generation, Deadline.after(Duration.ofSeconds(20)))
                .toCompletableFuture()
                .join());
    }

    @Test
    void everyKindOfFailureIsADenialWithALogLine() {
        for (Supplier<Throwable> failure : FAILURES) {
            bench.with(new ScriptedValidator("cosign", (image, context) -> {
                throw FailsClosedTest.<RuntimeException>sneaky(failure.get());
            }));
            int before = log.lines().size();
            Refused refused = (Refused) bench.review(pod("reg.io/app:1"));
            assertThat(refused.grounds().result()).isEqualTo(Result.ERROR);
            if (!(failure.get() instanceof ValidationException)) {
                assertThat(Bench.text(refused))
                        .isEqualTo(
                                "internal error while validating image reg.io/app:1. Could not decide: see the log of"
                                        + " Connaisseur. [rule \"*:*\", validator cosign] Have the log line with this id looked at.");
                assertThat(log.lines().subList(before, log.lines().size())).anySatisfy(l -> {
                    assertThat(l.getMessage()).contains("u-42");
                    assertThat(l.getThrown()).isNotNull();
                });
            }
        }
    }

    @Test
    void aRealStackOverflowIsADenial() {
        bench.with(new ScriptedValidator("cosign", (image, context) -> {
            overflow(0);
            return new Verdict.Signed(Bench.DIGEST, List.of());
        }));
        assertThat(bench.review(pod("reg.io/app:1"))).isInstanceOf(Refused.class);
    }

    @Test
    @SuppressWarnings("NullAway")
    void aFailingPolicyDenies() {
        GenerationView broken = new GenerationView(
                image -> {
                    throw new IllegalStateException("no policy");
                },
                name -> Optional.empty(),
                bench.features(),
                Alerts.NONE,
                "f1");
        assertThat(decide(pod("reg.io/app:1"), broken)).containsInstanceOf(Refused.class);
        GenerationView nothing = new GenerationView(image -> null, name -> null, bench.features(), Alerts.NONE, "f1");
        assertThat(decide(pod("reg.io/app:1"), nothing)).containsInstanceOf(Refused.class);
    }

    @Test
    @SuppressWarnings("NullAway")
    void aVerdictWithoutDigestIsNoVerdict() {
        bench.with(new ScriptedValidator("cosign", (image, context) -> new Verdict.Approved()));
        assertThat(bench.review(pod("reg.io/app:1"))).isInstanceOf(Refused.class);
        bench.with(new ScriptedValidator("cosign", (image, context) -> null));
        assertThat(bench.review(pod("reg.io/app:1"))).isInstanceOf(Refused.class);
    }

    @Test
    void aReferenceThatAValidatorRefusesLateIsADenial() {
        bench.with(new ScriptedValidator("cosign", (image, context) -> {
            ImageReference.parse("no:such:thing");
            return new Verdict.Approved();
        }));
        assertThat(bench.review(pod("reg.io/app:1"))).isInstanceOf(Refused.class);
        assertThat(InvalidReferenceException.class).isFinal();
    }

    @Test
    void anImageWithoutAnswerIsDeniedInTime() {
        CountDownLatch never = new CountDownLatch(1);
        bench.limit(Duration.ofSeconds(2)).with(new ScriptedValidator("cosign", (image, context) -> {
            if (image.context().endsWith("slow")) {
                await(never);
            }
            return new Verdict.Signed(Bench.DIGEST, List.of());
        }));
        long begun = System.nanoTime();
        Refused refused = (Refused) bench.review(pod("reg.io/app:1", "reg.io/slow:1", "reg.io/allow:1"));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        assertThat(Bench.text(refused))
                .isEqualTo("validation of admission request u-42 timed out after validating 2/3 images. Try again.");
        assertThat(refused.grounds().result()).isEqualTo(Result.TIMEOUT);
        assertThat(bench.metrics("connaisseur_requests_denied_total"))
                .containsExactly("connaisseur_requests_denied_total{timeout=\"true\"} 1.0");
        assertThat(bench.metrics("connaisseur_validations_timeouted_total"))
                .containsExactly(
                        "connaisseur_validations_timeouted_total{type=\"cosign\",validator_name=\"cosign\"} 1.0");
        never.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the validator itself could say about who did not answer is told. */
    @Test
    void whatFailedOutsideIsNamed() {
        assertThat(undecided(Kind.UNREACHABLE)).endsWith(" Could not decide: reg.io could not be reached." + suffix());
        assertThat(undecided(Kind.STATUS)).endsWith(" Could not decide: reg.io answered with an error." + suffix());
        assertThat(undecided(Kind.TIMED_OUT))
                .isEqualTo(
                        "error during cosign validation of image reg.io/app:1: error validating image: reg.io is silent."
                                + " Could not decide: reg.io did not answer within 1 s." + suffix());
        assertThat(undecided(Kind.NOT_FOUND)).doesNotContain("Could not decide").doesNotContain("Unable to find");
    }

    private static String suffix() {
        return " [rule \"*:*\", validator cosign] Try again.";
    }

    private String undecided(Kind kind) {
        bench.with(new ScriptedValidator("cosign", (image, context) -> {
            throw ValidationException.of(
                    new TransientException(kind, "reg.io", "reg.io is silent"), "error validating image: ");
        }));
        return Bench.text(bench.review(pod("reg.io/app:1")));
    }

    /** One greedy request cannot take all slots, and never has more than its share at work. */
    @Test
    void parallelismIsBoundedPerRequestAndTogether() {
        AtomicInteger working = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Semaphore go = new Semaphore(0);
        try (Bench small = new Bench(new AdmissionLimits(600, 4, 6)).rule("*:*", "cosign")) {
            small.with(new ScriptedValidator("cosign", (image, context) -> {
                most.accumulateAndGet(working.incrementAndGet(), Math::max);
                try {
                    go.tryAcquire(10, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                working.decrementAndGet();
                return new Verdict.Signed(Bench.DIGEST, List.of());
            }));
            String[] images =
                    IntStream.range(0, 100).mapToObj(i -> "reg.io/a:" + i).toArray(String[]::new);
            assertThat(small.review(pod(images))).isInstanceOf(Allowed.class);
            assertThat(most.get()).isBetween(2, 4);
            List<AdmissionReview> many =
                    IntStream.range(0, 5).mapToObj(i -> pod(images)).toList();
            assertThat(many.parallelStream().map(small::review)).allMatch(Allowed.class::isInstance);
            assertThat(most.get()).isBetween(2, 6);
        }
    }

    @Test
    void aClosedControllerDenies() {
        Bench gone = new Bench().rule("*:*", "cosign").signed("cosign", Map.of("reg.io/app", Bench.DIGEST));
        gone.close();
        assertThat(gone.review(pod("reg.io/app:1"))).isInstanceOf(Refused.class);
    }

    /** Bodies of strangers end in messages, warnings and log lines: one printable line each. */
    @Test
    void hostileTextStaysOneBoundedLine() {
        String hostile = "evil\n\u001b[31m\u202e" + "x".repeat(100_000);
        bench.with(new ScriptedValidator("cosign", (image, context) -> {
            throw new ValidationException(Reason.NO_SIGNATURE, hostile);
        }));
        bench.features(Bench.features(false, true, ResourceValidation.ALL, ImageVolumes.VALIDATE));
        for (String image : List.of("reg.io/app:1", hostile)) {
            Allowed soft = (Allowed) bench.review(pod(image));
            List<String> texts = new ArrayList<>(soft.warnings());
            soft.inSpiteOf().ifPresent(texts::add);
            log.lines().forEach(l -> texts.add(l.getMessage()));
            assertThat(texts)
                    .isNotEmpty()
                    .allSatisfy(t -> assertThat(t).hasSizeLessThan(2100).doesNotContain("\n", "\u001b", "\u202e"));
            assertThat(soft.warnings()).allSatisfy(w -> assertThat(w).hasSizeLessThanOrEqualTo(250));
        }
    }

    @Test
    void metersNeverGrowWithRequests() {
        PrometheusRegistry registry = new PrometheusRegistry();
        VerdictCache cache = new VerdictCache(
                new Settings.Cache(Duration.ofMinutes(1), true, Duration.ofHours(1)),
                new CacheMetrics(registry),
                () -> Bench.NOW,
                System::nanoTime);
        try (AdmissionController controller = new AdmissionController(
                AdmissionLimits.DEFAULT,
                new AdmissionMetrics(registry),
                Cluster.NONE,
                cache,
                () -> Bench.NOW,
                List.of(),
                Traces.NONE)) {
            bench.with(new ScriptedValidator("cosign", (i, c) -> new Verdict.Signed(Bench.DIGEST, List.of())));
            for (int i = 0; i < 200; i++) {
                controller
                        .review(pod("reg.io/a" + i + ":1"), bench.generation(), Deadline.after(Duration.ofSeconds(5)))
                        .toCompletableFuture()
                        .join();
            }
            assertThat(registry.scrape().stream()
                            .mapToInt(m -> m.getDataPoints().size())
                            .sum())
                    .isLessThan(10);
        }
    }
}

package dev.connaisseur.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.admission.AdmissionDecision.Allowed;
import dev.connaisseur.admission.AdmissionDecision.Refused;
import dev.connaisseur.admission.Grounds.Result;
import dev.connaisseur.cache.Allowance;
import dev.connaisseur.cache.CacheKey;
import dev.connaisseur.cache.CacheMetrics;
import dev.connaisseur.cache.Judgement;
import dev.connaisseur.cache.VerdictCache;
import dev.connaisseur.config.Settings;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.FinalException;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.Match;
import dev.connaisseur.policy.RuleOptions.Mode;
import dev.connaisseur.testing.Reviews;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Verdict;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was found out a moment ago is not asked again, and what was not is. */
class RememberedVerdictsTest {
    private static final Duration EXPIRY = Duration.ofSeconds(30);
    private static final Duration STALE = Duration.ofMinutes(10);
    private static final String PINNED = "reg.io/app:v1@" + Bench.DIGEST;

    private Bench bench = bench(true, STALE);
    private ScriptedValidator.Script script = (image, context) -> new Verdict.Signed(Bench.DIGEST, List.of("key"));
    private final ScriptedValidator validator =
            new ScriptedValidator("cosign", (image, context) -> script.validate(image, context));

    @AfterEach
    void close() {
        bench.close();
    }

    private Bench bench(boolean errors, Duration stale) {
        return new Bench(AdmissionLimits.DEFAULT, new Settings.Cache(EXPIRY, errors, stale)).rule("*:*", "cosign");
    }

    private AdmissionDecision ask(String... images) {
        return bench.with(validator).review(Reviews.create("Pod", "u", images));
    }

    private int asked() {
        return validator.asked().size();
    }

    @Test
    void aVerdictIsGivenAgainWithItsDigestAndItsId() {
        Allowed first = (Allowed) ask("reg.io/app:v1");
        bench.later(EXPIRY.minusSeconds(1));
        Allowed second = (Allowed) ask("reg.io/app:v1");
        assertThat(asked()).isOne();
        assertThat(second.patch()).isEqualTo(first.patch());
        assertThat(second.patch().operations()).hasSize(1);
        assertThat(second.grounds().id()).isEqualTo(first.grounds().id());
        assertThat(first.grounds().result()).isEqualTo(Result.SUCCESS);
        assertThat(second.grounds().result()).isEqualTo(Result.SKIP);
        assertThat(bench.records().getLast().outcomes().getFirst().skip()).isEqualTo("cache hit");
        assertThat(bench.metrics("connaisseur_validations_skipped_total"))
                .containsExactly("connaisseur_validations_skipped_total{reason=\"cache hit\",type=\"cosign\","
                        + "validator_name=\"cosign\"} 1.0");

        bench.later(Duration.ofSeconds(2));
        ask("reg.io/app:v1");
        assertThat(asked()).as("after its time, which no reading prolonged").isEqualTo(2);
    }

    @Test
    void aRefusalIsGivenAgainWithItsTextIfErrorsAreRemembered() {
        script = refusing(Reason.NO_SIGNATURE, "no signatures found");
        String first = ask("reg.io/app:v1").message().orElseThrow();
        assertThat(ask("reg.io/app:v1").message()).contains(first);
        assertThat(asked()).isOne();
        assertThat(bench.metrics("connaisseur_validations_failed_total"))
                .singleElement()
                .asString()
                .endsWith(" 2.0");

        bench.close();
        bench = bench(false, STALE);
        ask("reg.io/app:v1");
        ask("reg.io/app:v1");
        assertThat(asked()).isEqualTo(3);
        script = (image, context) -> new Verdict.Signed(Bench.DIGEST, List.of());
        assertThat(ask("reg.io/app:v1")).as("signed meanwhile").isInstanceOf(Allowed.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"INCONCLUSIVE", "TIMED_OUT", "INTERNAL"})
    void whatCouldNotBeDecidedIsAskedAgain(Reason undecided) {
        script = refusing(undecided, "nobody there");
        assertThat(ask("reg.io/app:v1")).isInstanceOf(Refused.class);
        script = (image, context) -> new Verdict.Signed(Bench.DIGEST, List.of());
        assertThat(ask("reg.io/app:v1")).isInstanceOf(Allowed.class);
    }

    @Test
    void whateverDecidesIsPartOfTheQuestion() {
        ask("reg.io/app:v1");
        for (Runnable change : List.<Runnable>of(
                () -> bench.fingerprint("f2"),
                () -> bench.rule("*:*", "cosign").match("reg.io/app", match("reg.io/app")))) {
            change.run();
            int before = asked();
            ask("reg.io/app:v1");
            assertThat(asked()).isEqualTo(before + 1);
        }
        for (String other : List.of("reg.io/app:v2", "reg.io/app2:v1", "reg.io:443/app:v1", PINNED)) {
            int before = asked();
            ask(other);
            assertThat(asked()).as(other).isEqualTo(before + 1);
        }
    }

    private static Match match(String pattern) {
        return new Match.One(Bench.rule(pattern, "cosign", Mode.MUTATE), List.of());
    }

    @Test
    void whatOneNamespaceMaySeeIsNotToldInAnother() {
        ScriptedValidator secretive = validator.scoped(namespace -> namespace);
        for (String namespace : List.of("blue", "green", "blue")) {
            bench.with(secretive).review(in(namespace, Reviews.create("Pod", "u", "reg.io/app:v1")));
        }
        assertThat(secretive.asked()).hasSize(2);
    }

    private static JsonObject in(String namespace, JsonObject review) {
        return changed(
                review,
                request -> Json.createObjectBuilder(request)
                        .add("namespace", namespace)
                        .build());
    }

    private static JsonObject changed(JsonObject review, UnaryOperator<JsonObject> change) {
        return Json.createObjectBuilder(review)
                .add("request", change.apply(review.getJsonObject("request")))
                .build();
    }

    @Test
    void aRehearsalReadsAndLeavesNothing() {
        JsonObject rehearsal = changed(
                Reviews.create("Pod", "u", "reg.io/app:v1"),
                request -> Json.createObjectBuilder(request).add("dryRun", true).build());
        bench.with(validator).review(rehearsal);
        ask("reg.io/app:v1");
        assertThat(asked()).isEqualTo(2);
        assertThat(bench.review(rehearsal)).isInstanceOf(Allowed.class);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void approvalsAndDecreesLeaveNothing() {
        bench.rule("reg.io/allow", "allow")
                .features(Bench.features(true, false, ResourceValidation.ALL, ImageVolumes.VALIDATE));
        ask("reg.io/allow:1");
        Map<String, List<String>> same = Map.of("containers", List.of("reg.io/app:v1"));
        bench.review(Reviews.update("Pod", "u", same, same));
        assertThat(asked()).isZero();
        bench.features(Bench.features(false, false, ResourceValidation.ALL, ImageVolumes.VALIDATE));
        ask("reg.io/app:v1");
        assertThat(asked()).isOne();
    }

    @Test
    void aRememberedDigestThatTheImageDoesNotNameIsNoVerdict() {
        script = (image, context) -> new Verdict.Signed(Bench.OTHER, List.of());
        for (int round = 0; round < 2; round++) {
            assertThat(ask(PINNED).message().orElseThrow()).contains("found " + Bench.OTHER);
        }
        assertThat(asked()).isOne();
    }

    /** The lease: a digest that was good, while nobody can be asked. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDigestThatWasGoodIsAdmittedWhileNobodyCanBeAsked(boolean byTag) {
        ask(byTag ? "reg.io/app:v1" : PINNED);
        script = unreachable();
        bench.later(EXPIRY.plusSeconds(1));
        Allowed leased = (Allowed) ask(PINNED);
        assertThat(leased.warnings())
                .containsExactly("image " + PINNED + " could not be verified now; it was verified at " + Bench.NOW);
        assertThat(bench.metrics("connaisseur_leases_total"))
                .singleElement()
                .asString()
                .endsWith(" 1.0");
        assertThat(bench.records().getLast().outcomes().getFirst().skip()).isEqualTo("last known good");

        assertThat(ask("reg.io/app:v1")).as("tags move").isInstanceOf(Refused.class);
        assertThat(ask("reg.io/app:v1@" + Bench.OTHER)).isInstanceOf(Refused.class);
        assertThat(ask("reg.io/app2@" + Bench.DIGEST)).isInstanceOf(Refused.class);
        bench.fingerprint("f2");
        assertThat(ask(PINNED)).as("another configuration").isInstanceOf(Refused.class);
        bench.fingerprint("f1").later(STALE);
        assertThat(ask(PINNED)).as("too long ago").isInstanceOf(Refused.class);
    }

    /** However fast a verification is: it may have ended before its asker goes on. */
    @Test
    void aVerdictIsRememberedThatIsThereAtOnce() throws InterruptedException {
        VerdictCache cache = new VerdictCache(
                new Settings.Cache(EXPIRY, true, STALE),
                new CacheMetrics(new PrometheusRegistry()),
                () -> Bench.NOW,
                () -> 0);
        Verdicts verdicts = new Verdicts(cache, AdmissionLimits.DEFAULT, Runnable::run);
        Deadline deadline = Deadline.after(Duration.ofMinutes(1));
        for (boolean rehearsal : List.of(true, false)) {
            Question question = new Question(
                    new CacheKey("f1", "rule", "", "reg.io/app:v1"),
                    Optional.empty(),
                    "reg.io/app",
                    new RequestContext(deadline, "default"),
                    "side",
                    context -> new Judgement.Signed(new Verdict.Signed(Bench.DIGEST, List.of("key"))));
            assertThat(verdicts.ask(question, deadline, new Allowance(), rehearsal))
                    .isPresent();
            assertThat(verdicts.known(question).isPresent()).isEqualTo(!rehearsal);
        }
    }

    @Test
    void aRefusalEndsTheLease() {
        ask(PINNED);
        bench.later(EXPIRY.plusSeconds(1));
        script = refusing(Reason.REVOKED, "taken back");
        assertThat(ask(PINNED)).isInstanceOf(Refused.class);
        bench.later(EXPIRY.plusSeconds(1));
        script = unreachable();
        assertThat(ask(PINNED)).isInstanceOf(Refused.class);
    }

    @Test
    void ourOwnMistakeNeverRestsOnALease() {
        ask(PINNED);
        bench.later(EXPIRY.plusSeconds(1));
        script = (image, context) -> {
            throw new IllegalStateException("a mistake of a test");
        };
        assertThat(ask(PINNED)).isInstanceOf(Refused.class);
        script = refusing(Reason.INTERNAL, "a mistake");
        assertThat(ask(PINNED)).isInstanceOf(Refused.class);
    }

    @Test
    void withoutStaleSecondsThereIsNoLease() {
        bench.close();
        bench = bench(true, Duration.ZERO);
        ask(PINNED);
        bench.later(EXPIRY.plusSeconds(1));
        script = unreachable();
        assertThat(ask(PINNED)).isInstanceOf(Refused.class);
    }

    private static ScriptedValidator.Script refusing(Reason reason, String message) {
        return (image, context) -> {
            throw new ValidationException(reason, message);
        };
    }

    private static ScriptedValidator.Script unreachable() {
        return (image, context) -> {
            throw ValidationException.of(
                    new FinalException(LookupException.Kind.UNREACHABLE, "reg.io", "no route"), "");
        };
    }

    /** Not the literal text but the image counts, so that everybody's spelling of it is one question. */
    @Test
    void spellingsOfOneImageAreOneQuestion() {
        ask("app");
        ask("docker.io/library/app:latest");
        assertThat(asked()).isOne();
        assertThat(validator.asked()).extracting(ImageReference::original).containsExactly("app");
    }
}

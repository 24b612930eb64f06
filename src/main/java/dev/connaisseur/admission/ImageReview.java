package dev.connaisseur.admission;

import dev.connaisseur.cache.Allowance;
import dev.connaisseur.cache.Judgement;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.image.InvalidReferenceException;
import dev.connaisseur.policy.Match;
import dev.connaisseur.policy.PolicyRule;
import dev.connaisseur.validator.PullSecrets;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.StaticValidator;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One image to one {@link Outcome}, in two steps: {@link #begin} does what needs nothing from outside, {@link #finish} asks the
 * validators. The only place that catches what a refused image throws.
 */
final class ImageReview {
    private final Admission admission;
    private final PullSecrets secrets;
    private final Approvals approvals;
    private final Allowance allowance = new Allowance();

    /** @param secrets of the object */
    ImageReview(Admission admission, PullSecrets secrets, Approvals approvals) {
        this.admission = admission;
        this.secrets = secrets;
        this.approvals = approvals;
    }

    /** Reads the reference, finds its rules, asks static validators. */
    Step begin(String image) {
        ImageReference reference;
        try {
            reference = ImageReference.parse(image);
        } catch (InvalidReferenceException e) {
            return denied(image, Ruling.NONE, Reason.INVALID_REFERENCE, String.valueOf(e.getMessage()), List.of());
        }
        return switch (admission.generation().policy().apply(reference)) {
            case Match.None none ->
                denied(image, Ruling.NONE, Reason.NO_MATCHING_RULE, DenialText.noRule(image), none.warnings());
            case Match.One one -> begin(reference, List.of(one.rule()), one.warnings());
            case Match.Both both -> begin(reference, both.rules(), both.warnings());
        };
    }

    private Step begin(ImageReference reference, List<PolicyRule> rules, List<String> warnings) {
        RequestContext context =
                new RequestContext(admission.deadline(), admission.review().namespace(), secrets);
        Findings findings = new Findings(reference, context, warnings);
        List<Demand> open = new ArrayList<>();
        for (PolicyRule rule : rules) {
            Optional<Validator> validator = admission.generation().validators().apply(rule.validator());
            Ruling by = validator.map(v -> Ruling.of(rule, v)).orElseGet(() -> Ruling.without(rule));
            if (rule.unusable().isPresent() || validator.isEmpty()) {
                String text = rule.unusable()
                        .map(why -> DenialText.unusable(why, by))
                        .orElseGet(() -> DenialText.noValidator(rule.validator(), by));
                return denied(reference.original(), by, Reason.MISCONFIGURED, text, warnings);
            }
            Demand demand = new Demand(rule, validator.get());
            if (!demand.validator().type().equals(StaticValidator.TYPE)) {
                open.add(demand);
            } else if (!decree(findings, demand)) {
                return new Step.Decided(findings.outcome());
            }
        }
        if (open.isEmpty()) {
            return new Step.Decided(findings.outcome());
        }
        return approvals
                .unchanged(reference.original())
                .map(skip -> findings.skipped(open.getFirst().by(), skip))
                .or(() -> known(findings, open))
                .<Step>map(Step.Decided::new)
                .orElseGet(() -> new Step.Open(findings, open, warnings));
    }

    /** What this process remembers of the only demand that is open, where the object's owner has no say before. */
    private Optional<Outcome> known(Findings findings, List<Demand> open) {
        if (open.size() > 1 || approvals.mayBeChild(findings.asked())) {
            return Optional.empty();
        }
        Demand demand = open.getFirst();
        return admission.verdicts().known(question(findings, demand)).map(answer -> {
            settled(findings, demand, answer, System.nanoTime(), Duration.ZERO);
            return outcome(findings);
        });
    }

    /** Asks a static validator; false if that decides. */
    private boolean decree(Findings findings, Demand demand) {
        try {
            demand.validator().validate(findings.asked(), demand.rule().options(), findings.context());
            findings.approved(demand);
            return true;
        } catch (ValidationException e) {
            return findings.refused(demand, e.reason(), DenialText.staticDeny(findings.image(), demand.by()));
        }
    }

    /** Asks for the owner, then the validators, each about the digest that the one before it verified. */
    Outcome finish(Step.Open open) {
        Findings findings = open.findings();
        Optional<Skip> child =
                approvals.child(findings.asked(), findings.context().deadline());
        if (child.isPresent()) {
            return findings.skipped(open.by(), child.get());
        }
        for (Demand demand : open.demands()) {
            long begun = System.nanoTime();
            Optional<Verdicts.Answer> answer = ask(question(findings, demand));
            Duration spent = Duration.ofNanos(System.nanoTime() - begun);
            if (answer.isEmpty()) {
                findings.unheard(demand, begun, spent);
                return open.without(
                        new Outcome.TimedOut(findings.image(), demand.by(), findings.evidence(), open.warnings()));
            }
            if (!settled(findings, demand, answer.get(), begun, spent)) {
                break;
            }
        }
        return outcome(findings);
    }

    private Outcome outcome(Findings findings) {
        return admission.mustBePinned() ? pinned(findings.outcome()) : findings.outcome();
    }

    /** The mutating phase has pinned what it verified: a tag that is there still was written by somebody else, and may move. */
    private static Outcome pinned(Outcome outcome) {
        if (!(outcome instanceof Outcome.Verified v) || v.replacement().isEmpty()) {
            return outcome;
        }
        String text = DenialText.notPinned(v.image(), v.by());
        return new Outcome.Denied(v.image(), v.by(), Reason.NOT_PINNED, text, v.evidence(), v.warnings());
    }

    private Optional<Verdicts.Answer> ask(Question question) {
        try {
            return admission
                    .verdicts()
                    .ask(
                            question,
                            admission.deadline(),
                            allowance,
                            admission.review().dryRun());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Question question(Findings findings, Demand demand) {
        ImageReference asked = findings.asked();
        return Question.of(
                admission.generation().fingerprint(),
                findings.context(),
                demand,
                asked,
                findings.written(),
                context -> judgement(demand, asked, context));
    }

    /** Notes what came out for a demand; false if that decides. */
    private static boolean settled(
            Findings findings, Demand demand, Verdicts.Answer answer, long begun, Duration spent) {
        findings.heard(demand, answer, begun, spent);
        Judgement judgement = consistent(findings.asked(), answer.judgement());
        return switch (judgement) {
            case Judgement.Signed signed -> {
                findings.signed(demand, signed.verdict());
                yield true;
            }
            case Judgement.Refused refused ->
                findings.refused(
                        demand, refused.reason(), DenialText.refused(findings.image(), demand.by(), refused, spent));
        };
    }

    private static Judgement judgement(Demand demand, ImageReference image, RequestContext context) {
        try {
            if (demand.validator().validate(image, demand.rule().options(), context) instanceof Verdict.Signed signed) {
                return consistent(image, new Judgement.Signed(signed));
            }
        } catch (ValidationException e) {
            return Judgement.of(e);
        }
        throw new IllegalStateException(
                "a validator of type " + demand.validator().type() + " approved by decree");
    }

    /** Whoever names a digest gets that one or none, whatever a validator or a cache says. */
    private static Judgement consistent(ImageReference image, Judgement judgement) {
        return judgement instanceof Judgement.Signed signed
                        && image.digest().isPresent()
                        && !image.digest().get().equals(signed.verdict().digest())
                ? new Judgement.Refused(
                        Reason.AMBIGUOUS,
                        "found " + signed.verdict().digest() + ", but the image or another rule names "
                                + image.digest().get())
                : judgement;
    }

    private static Step denied(String image, Ruling by, Reason reason, String text, List<String> warnings) {
        return new Step.Decided(new Outcome.Denied(image, by, reason, text, Evidence.NONE, warnings));
    }
}

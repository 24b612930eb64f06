package dev.connaisseur.admission;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.image.InvalidReferenceException;
import dev.connaisseur.policy.Match;
import dev.connaisseur.policy.PolicyRule;
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
    private final GenerationView generation;
    private final Deadline deadline;
    private final String namespace;
    private final Approvals approvals;
    private final boolean mustBePinned;

    /** @param mustBePinned whether images that their rules pin must name their digest already */
    ImageReview(
            GenerationView generation, Deadline deadline, String namespace, Approvals approvals, boolean mustBePinned) {
        this.generation = generation;
        this.deadline = deadline;
        this.namespace = namespace;
        this.approvals = approvals;
        this.mustBePinned = mustBePinned;
    }

    /** Reads the reference, finds its rules, asks static validators. */
    Step begin(String image) {
        ImageReference reference;
        try {
            reference = ImageReference.parse(image);
        } catch (InvalidReferenceException e) {
            return denied(image, Ruling.NONE, Reason.INVALID_REFERENCE, String.valueOf(e.getMessage()), List.of());
        }
        return switch (generation.policy().apply(reference)) {
            case Match.None none ->
                denied(image, Ruling.NONE, Reason.NO_MATCHING_RULE, DenialText.noRule(image), none.warnings());
            case Match.One one -> begin(reference, List.of(one.rule()), one.warnings());
            case Match.Both both -> begin(reference, both.rules(), both.warnings());
        };
    }

    private Step begin(ImageReference reference, List<PolicyRule> rules, List<String> warnings) {
        RequestContext context = new RequestContext(deadline, namespace);
        Findings findings = new Findings(reference, context, warnings);
        List<Demand> open = new ArrayList<>();
        for (PolicyRule rule : rules) {
            Optional<Validator> validator = generation.validators().apply(rule.validator());
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
                .<Step>map(skip ->
                        new Step.Decided(findings.skipped(open.getFirst().by(), skip)))
                .orElseGet(() -> new Step.Open(findings, open, warnings));
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
            try {
                Verdict.Signed signed = ask(demand, findings.asked(), findings.context());
                findings.spent(Duration.ofNanos(System.nanoTime() - begun));
                findings.signed(demand, signed);
            } catch (ValidationException e) {
                Duration spent = Duration.ofNanos(System.nanoTime() - begun);
                findings.spent(spent);
                String text = DenialText.refused(findings.image(), demand.by(), e, spent);
                if (!findings.refused(demand, e.reason(), text)) {
                    break;
                }
            }
        }
        return mustBePinned ? pinned(findings.outcome()) : findings.outcome();
    }

    /** The mutating phase has pinned what it verified: a tag that is there still was written by somebody else, and may move. */
    private static Outcome pinned(Outcome outcome) {
        if (!(outcome instanceof Outcome.Verified v) || v.replacement().isEmpty()) {
            return outcome;
        }
        String text = DenialText.notPinned(v.image(), v.by());
        return new Outcome.Denied(v.image(), v.by(), Reason.NOT_PINNED, text, v.evidence(), v.warnings());
    }

    private static Verdict.Signed ask(Demand demand, ImageReference image, RequestContext context) {
        if (!(demand.validator().validate(image, demand.rule().options(), context) instanceof Verdict.Signed signed)) {
            throw new IllegalStateException(
                    "a validator of type " + demand.validator().type() + " approved by decree");
        }
        if (image.digest().isPresent() && !image.digest().get().equals(signed.digest())) {
            throw new ValidationException(
                    Reason.AMBIGUOUS,
                    "found " + signed.digest() + ", but the image or another rule names "
                            + image.digest().get());
        }
        return signed;
    }

    private static Step denied(String image, Ruling by, Reason reason, String text, List<String> warnings) {
        return new Step.Decided(new Outcome.Denied(image, by, reason, text, Evidence.NONE, warnings));
    }
}

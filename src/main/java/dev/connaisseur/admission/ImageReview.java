package dev.connaisseur.admission;

import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.image.InvalidReferenceException;
import dev.connaisseur.policy.Match;
import dev.connaisseur.policy.PolicyRule;
import dev.connaisseur.policy.RuleOptions.Mode;
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
    private final RequestContext context;

    ImageReview(GenerationView generation, RequestContext context) {
        this.generation = generation;
        this.context = context;
    }

    /** How far an image is. */
    sealed interface Step {
        String image();

        record Decided(Outcome outcome) implements Step {
            @Override
            public String image() {
                return outcome.image();
            }
        }

        /**
         * Validators must be asked.
         *
         * @param demands every one of them must be satisfied, by one digest
         */
        record Open(ImageReference reference, List<Demand> demands, List<String> warnings) implements Step {
            public Open {
                demands = List.copyOf(demands);
                warnings = List.copyOf(warnings);
            }

            @Override
            public String image() {
                return reference.original();
            }

            Ruling by() {
                return demands.getFirst().by();
            }
        }
    }

    /** A rule and the validator that it means. */
    record Demand(PolicyRule rule, Validator validator) {
        Ruling by() {
            return Ruling.of(rule, validator);
        }
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
        String image = reference.original();
        List<Demand> open = new ArrayList<>();
        Ruling approvedBy = Ruling.NONE;
        for (PolicyRule rule : rules) {
            if (rule.unusable().isPresent()) {
                Ruling by = Ruling.without(rule);
                String text = DenialText.unusable(rule.unusable().get(), by);
                return denied(image, by, Reason.MISCONFIGURED, text, warnings);
            }
            Optional<Validator> validator = generation.validators().apply(rule.validator());
            if (validator.isEmpty()) {
                Ruling by = Ruling.without(rule);
                return denied(image, by, Reason.MISCONFIGURED, DenialText.noValidator(rule.validator(), by), warnings);
            }
            Demand demand = new Demand(rule, validator.get());
            if (!demand.validator().type().equals(StaticValidator.TYPE)) {
                open.add(demand);
                continue;
            }
            try {
                demand.validator().validate(reference, rule.options(), context);
                approvedBy = demand.by();
            } catch (ValidationException e) {
                return denied(image, demand.by(), e.reason(), DenialText.staticDeny(image, demand.by()), warnings);
            }
        }
        return open.isEmpty()
                ? new Step.Decided(new Outcome.Approved(image, approvedBy, warnings))
                : new Step.Open(reference, open, warnings);
    }

    /** Asks the validators, each about the digest that the one before it verified. */
    Outcome finish(Step.Open open) {
        ImageReference reference = open.reference();
        Optional<Digest> digest = reference.digest();
        List<String> signers = new ArrayList<>();
        boolean pinned = false;
        for (Demand demand : open.demands()) {
            long begun = System.nanoTime();
            try {
                Verdict.Signed signed =
                        ask(demand, digest.map(reference::pinnedTo).orElse(reference));
                digest = Optional.of(signed.digest());
                signers.addAll(signed.signers());
                pinned |= demand.rule().options().mode() == Mode.MUTATE;
            } catch (ValidationException e) {
                Duration spent = Duration.ofNanos(System.nanoTime() - begun);
                String text = DenialText.refused(open.image(), demand.by(), e, spent);
                return new Outcome.Denied(open.image(), demand.by(), e.reason(), text, open.warnings());
            }
        }
        return verified(open, digest.orElseThrow(), signers, pinned);
    }

    private Verdict.Signed ask(Demand demand, ImageReference image) {
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

    private static Outcome verified(Step.Open open, Digest digest, List<String> signers, boolean pinned) {
        ImageReference reference = open.reference();
        List<String> warnings = new ArrayList<>(open.warnings());
        if (!pinned && reference.digest().isEmpty()) {
            warnings.add("image " + reference.original() + " was verified but is not pinned to its digest: rule \""
                    + open.by().pattern() + "\" has mode insecureValidateOnly");
        }
        return new Outcome.Verified(
                reference, open.by(), digest, signers.stream().distinct().toList(), pinned, warnings);
    }

    private static Step denied(String image, Ruling by, Reason reason, String text, List<String> warnings) {
        return new Step.Decided(new Outcome.Denied(image, by, reason, text, warnings));
    }
}

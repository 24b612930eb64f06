package dev.connaisseur.admission;

import dev.connaisseur.policy.PolicyRule;
import dev.connaisseur.policy.RuleOptions.Mode;
import dev.connaisseur.validator.Validator;

/** A rule that governs an image, and the validator that the rule means. */
record Demand(PolicyRule rule, Validator validator) {
    Ruling by() {
        return Ruling.of(rule, validator);
    }

    Mode mode() {
        return rule.options().mode();
    }
}

package dev.connaisseur.admission;

import dev.connaisseur.policy.PolicyRule;
import dev.connaisseur.validator.StaticValidator;
import dev.connaisseur.validator.Validator;

/**
 * Which rule decided by which validator: what a denial, a log line and a metric say about it.
 *
 * @param pattern of the rule, empty where none matched
 * @param validator its name, empty where there is none
 * @param type the validator's type, {@code unknown} where there is none
 * @param trustRoot whom the rule demands as signer, {@code *} for all; empty where nobody needs to sign
 */
public record Ruling(String pattern, String validator, String type, String trustRoot) {
    /** No rule or no validator was found. */
    public static final Ruling NONE = new Ruling("", "", "unknown", "");

    static Ruling of(PolicyRule rule, Validator validator) {
        boolean signed = !validator.type().equals(StaticValidator.TYPE);
        return new Ruling(
                rule.pattern(),
                validator.name(),
                validator.type(),
                signed ? rule.options().trustRoot() : "");
    }

    /** The rule is known, its validator is not there. */
    static Ruling without(PolicyRule rule) {
        return new Ruling(rule.pattern(), "", NONE.type(), "");
    }
}

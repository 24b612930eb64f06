package dev.connaisseur.validator;

import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions;
import java.util.List;

/** Approves or denies every image by decree: no network, no digest, no patch. */
public final class StaticValidator implements Validator {
    public static final String TYPE = "static";

    private final String name;
    private final boolean approve;

    public StaticValidator(String name, boolean approve) {
        this.name = name;
        this.approve = approve;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String type() {
        return TYPE;
    }

    /** Whether images are approved; a rule with such a validator is a hole that an operator should see. */
    public boolean approves() {
        return approve;
    }

    /** No option has a meaning here, so none can be wrong. */
    @Override
    public List<RuleProblem> check(RuleOptions options) {
        return List.of();
    }

    @Override
    public Verdict validate(ImageReference image, RuleOptions options, RequestContext context) {
        if (!approve) {
            throw new ValidationException(Reason.STATIC_DENY, "static deny");
        }
        return new Verdict.Approved();
    }
}

package dev.connaisseur.admission;

import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A validator that says what a test wants, and remembers what it was asked. */
final class ScriptedValidator implements Validator {
    private final String name;
    private final Script script;
    private final ConcurrentLinkedQueue<ImageReference> asked = new ConcurrentLinkedQueue<>();

    interface Script {
        Verdict validate(ImageReference image, RequestContext context);
    }

    ScriptedValidator(String name, Script script) {
        this.name = name;
        this.script = script;
    }

    List<ImageReference> asked() {
        return List.copyOf(asked);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String type() {
        return "cosign";
    }

    @Override
    public List<RuleProblem> check(RuleOptions options) {
        return List.of();
    }

    @Override
    public Verdict validate(ImageReference image, RuleOptions options, RequestContext context) {
        asked.add(image);
        return script.validate(image, context);
    }
}

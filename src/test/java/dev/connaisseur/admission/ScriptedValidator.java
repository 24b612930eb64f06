package dev.connaisseur.admission;

import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/** A validator that says what a test wants, and remembers what it was asked. */
final class ScriptedValidator implements Validator {
    private final String name;
    private final Script script;
    private final ConcurrentLinkedQueue<ImageReference> asked = new ConcurrentLinkedQueue<>();

    interface Script {
        Verdict validate(ImageReference image, RequestContext context);
    }

    private final UnaryOperator<String> scope;

    ScriptedValidator(String name, Script script) {
        this(name, script, namespace -> "");
    }

    private ScriptedValidator(String name, Script script, UnaryOperator<String> scope) {
        this.name = name;
        this.script = script;
        this.scope = scope;
    }

    /** The same with credentials of namespaces. */
    ScriptedValidator scoped(UnaryOperator<String> byNamespace) {
        return new ScriptedValidator(name, script, byNamespace);
    }

    @Override
    public String scope(RequestContext context) {
        return scope.apply(context.namespace());
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

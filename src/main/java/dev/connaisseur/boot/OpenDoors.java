package dev.connaisseur.boot;

import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problem.Severity;
import dev.connaisseur.config.Settings.Features;
import dev.connaisseur.config.Settings.Features.ImageVolumes;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.config.Settings.Features.Validating;
import dev.connaisseur.policy.Policy;
import dev.connaisseur.policy.PolicyRule;
import dev.connaisseur.policy.RuleOptions.Mode;
import dev.connaisseur.validator.StaticValidator;
import dev.connaisseur.validator.Validators;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a configuration lets in on purpose. Allowed, but never unsaid. */
final class OpenDoors {
    private static final Set<String> EVERYTHING = Set.of("*", "**", "*:*");

    private OpenDoors() {}

    static List<Problem> of(Policy policy, Validators validators, Features features) {
        List<Problem> doors = new ArrayList<>();
        if (features.detectionMode()) {
            doors.add(setting("DETECTION_MODE", "nothing is denied, refused images are only warned about"));
        }
        if (features.resourceValidation() == ResourceValidation.PODS_ONLY) {
            String child = features.automaticChildApproval() ? "; automatic child approval is therefore off" : "";
            doors.add(setting("RESOURCE_VALIDATION_MODE", "only pods are denied and patched" + child));
        }
        if (features.imageVolumes() == ImageVolumes.IGNORE) {
            doors.add(
                    setting("connaisseur.features.imageVolumes", "OCI artifacts mounted as volumes are not looked at"));
        }
        if (features.validating() == Validating.OFF) {
            doors.add(setting(
                    "connaisseur.webhook.validating", "what others write into an object after us is not looked at"));
        }
        for (PolicyRule rule : policy.rules()) {
            boolean approves = validators.named(rule.validator()).stream()
                    .anyMatch(v -> v instanceof StaticValidator decree && decree.approves());
            if (approves && EVERYTHING.contains(rule.pattern())) {
                doors.add(rule(rule, "every image that no other rule governs is let in unseen"));
            }
            if (rule.options().mode() == Mode.AUDIT) {
                doors.add(rule(rule, "mode audit refuses nothing"));
            }
            if (rule.options().mode() == Mode.INSECURE_VALIDATE_ONLY) {
                doors.add(rule(rule, "mode insecureValidateOnly leaves tags, which can move after they were verified"));
            }
        }
        return doors;
    }

    private static Problem setting(String name, String what) {
        return new Problem(Severity.WARNING, "settings", name, 0, what, "");
    }

    private static Problem rule(PolicyRule rule, String what) {
        return new Problem(Severity.WARNING, "policy", rule.path(), rule.line(), what, "");
    }
}

package dev.connaisseur.policy;

import dev.connaisseur.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes policies of bare patterns for tests. */
final class Rules {
    private Rules() {}

    static Policy policy(MatchingMode mode, String... patterns) {
        List<PolicyRule> rules = new ArrayList<>();
        for (String pattern : patterns) {
            rules.add(rule(rules.size(), pattern, "v" + rules.size()));
        }
        return new Policy(rules, mode);
    }

    static PolicyRule rule(int index, String pattern, String validator) {
        return new PolicyRule(
                index, pattern, validator, RuleOptions.DEFAULTS, "policy[" + index + "]", index + 1, Optional.empty());
    }

    /** The pattern of the one rule that governs the image; null if none does. */
    static @Nullable String winner(MatchingMode mode, String image, String... patterns) {
        return switch (policy(mode, patterns).rulesFor(ImageReference.parse(image))) {
            case Match.None none -> null;
            case Match.One one -> one.rule().pattern();
            case Match.Both both ->
                both.rules().stream().map(PolicyRule::pattern).toList().toString();
        };
    }
}

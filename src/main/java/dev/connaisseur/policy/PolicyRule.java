package dev.connaisseur.policy;

import dev.connaisseur.config.ConfigSection;
import java.util.Optional;

/**
 * One entry of {@code policy}.
 *
 * @param index its place in the list, from 0
 * @param pattern as written
 * @param validator name of the validator; {@code default} where the rule names none
 * @param path where it stands in the file, e.g. {@code policy[2]}
 * @param line where it stands in the file; 0 if it stands in none
 * @param unusable why this rule can never admit an image: every image it governs is denied with this sentence
 */
public record PolicyRule(
        int index,
        String pattern,
        String validator,
        RuleOptions options,
        String path,
        int line,
        Optional<String> unusable) {
    /** The validator of a rule that names none. */
    public static final String DEFAULT_VALIDATOR = "default";

    /** Reads one entry; mistakes are reported to the section. A pattern that cannot be read leaves the rule unusable. */
    static PolicyRule parse(int index, ConfigSection section) {
        section.onlyKeys("pattern", "validator", "with");
        String pattern = section.requiredString("pattern");
        String validator =
                section.string("validator").filter(name -> !name.isEmpty()).orElse(DEFAULT_VALIDATOR);
        RuleOptions options = section.section("with").map(RuleOptions::parse).orElse(RuleOptions.DEFAULTS);
        PolicyRule rule =
                new PolicyRule(index, pattern, validator, options, section.path(), section.line(), Optional.empty());
        Optional<String> fault = Pattern.of(pattern).fault();
        fault.ifPresent(what -> section.deferred(
                "pattern",
                "pattern \"" + pattern + "\" cannot be read: " + what,
                "Correct the pattern, or put a backslash before a character that is meant literally."));
        return fault.map(what -> rule.unusable("pattern cannot be read: " + what))
                .orElse(rule);
    }

    /** The same rule, denying every image that it governs. */
    public PolicyRule unusable(String why) {
        return new PolicyRule(index, pattern, validator, options, path, line, Optional.of(why));
    }
}

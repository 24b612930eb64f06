package dev.connaisseur.policy;

import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.Ranking.Winner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The ordered rules of a configuration, and which of them governs an image. Immutable. */
public final class Policy {
    /** How many patterns are named one by one at start. */
    private static final int MOST_NAMED = 100;

    private final List<PolicyRule> rules;
    private final MatchingMode mode;
    private final List<Pattern> patterns;
    private final Ranking legacy;
    private final Ranking anchored;

    /** Makes a policy; a rule whose pattern cannot be read denies what it governs. */
    public Policy(List<PolicyRule> rules, MatchingMode mode) {
        this.mode = mode;
        patterns = rules.stream().map(rule -> Pattern.of(rule.pattern())).toList();
        List<PolicyRule> checked = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            PolicyRule rule = rules.get(i);
            checked.add(patterns.get(i)
                    .fault()
                    .map(fault -> rule.unusable("pattern cannot be read: " + fault))
                    .orElse(rule));
        }
        this.rules = List.copyOf(checked);
        legacy = new Ranking(patterns, pattern -> List.of(pattern.floating()));
        anchored = new Ranking(patterns, Pattern::anchored);
    }

    private Policy(Policy other, List<PolicyRule> rules) {
        this.rules = List.copyOf(rules);
        mode = other.mode;
        patterns = other.patterns;
        legacy = other.legacy;
        anchored = other.anchored;
    }

    /** Reads the entries of {@code policy}; mistakes are reported to the sections, all of them, and never thrown. */
    public static Policy parse(List<ConfigSection> sections, MatchingMode mode) {
        List<PolicyRule> rules = new ArrayList<>();
        for (int i = 0; i < sections.size(); i++) {
            rules.add(PolicyRule.parse(i, sections.get(i)));
        }
        return new Policy(rules, mode);
    }

    /** All rules in the configured order. */
    public List<PolicyRule> rules() {
        return rules;
    }

    public MatchingMode mode() {
        return mode;
    }

    /** Registries that patterns name literally, written as in {@link ImageReference#registry}. */
    public Set<String> namedRegistries() {
        return rules.stream()
                .flatMap(rule -> LiteralRegistry.of(rule.pattern()).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The same policy in which every rule for which a reason is given denies what it governs. */
    public Policy withUnusable(Function<PolicyRule, Optional<String>> reason) {
        return new Policy(
                this,
                rules.stream()
                        .map(rule -> reason.apply(rule).map(rule::unusable).orElse(rule))
                        .toList());
    }

    /** Finds what governs an image. */
    public Match rulesFor(ImageReference image) {
        return switch (mode) {
            case LEGACY -> one(legacy.winner(MatchName.asParsed(image)));
            case ANCHORED -> one(anchored.winner(MatchName.normalised(image)));
            case BOTH -> both(legacy.winner(MatchName.asParsed(image)), anchored.winner(MatchName.normalised(image)));
        };
    }

    private Match one(Optional<Winner> winner) {
        if (winner.isEmpty()) {
            return new Match.None(List.of());
        }
        return new Match.One(rules.get(winner.get().rule()), ties(winner.get()));
    }

    private Match both(Optional<Winner> floating, Optional<Winner> whole) {
        List<String> warnings = new ArrayList<>();
        floating.map(this::ties).ifPresent(warnings::addAll);
        whole.map(this::ties).stream()
                .flatMap(List::stream)
                .filter(w -> !warnings.contains(w))
                .forEach(warnings::add);
        if (floating.isEmpty() || whole.isEmpty()) {
            floating.or(() -> whole)
                    .ifPresent(winner -> warnings.add("pattern \"" + patternOf(winner) + "\" matches only in "
                            + (floating.isPresent() ? MatchingMode.LEGACY : MatchingMode.ANCHORED) + " matching"));
            return new Match.None(warnings);
        }
        PolicyRule first = rules.get(floating.get().rule());
        PolicyRule second = rules.get(whole.get().rule());
        if (floating.get().rule() == whole.get().rule()) {
            return new Match.One(first, warnings);
        }
        warnings.add("patterns \"" + first.pattern() + "\" (legacy matching) and \"" + second.pattern()
                + "\" (anchored matching) both govern this image, it must satisfy both");
        return new Match.Both(first, second, warnings);
    }

    private List<String> ties(Winner winner) {
        return winner.ties().stream()
                .map(earlier -> "identical rules: \"" + patternOf(winner) + "\", \""
                        + rules.get(earlier).pattern() + "\": the later one is used")
                .toList();
    }

    private String patternOf(Winner winner) {
        return rules.get(winner.rule()).pattern();
    }

    /** What should be known at start: patterns given twice, odd ones, and those that reach other images in one reading than in the other. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        Map<String, PolicyRule> seen = new HashMap<>();
        for (PolicyRule rule : rules) {
            PolicyRule earlier = seen.put(rule.pattern(), rule);
            if (earlier != null) {
                warnings.add(rule.path() + ": identical rules: pattern \"" + rule.pattern() + "\" also stands in "
                        + earlier.path() + "; the later one is used");
            }
        }
        for (int i = 0; i < rules.size(); i++) {
            String where = rules.get(i).path() + ": pattern \"" + rules.get(i).pattern() + "\" ";
            patterns.get(i).remarks().forEach(remark -> warnings.add(where + remark));
        }
        if (mode != MatchingMode.ANCHORED) {
            warnings.addAll(reaches());
        }
        return warnings;
    }

    private List<String> reaches() {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            if (differences.size() == MOST_NAMED) {
                differences.add((rules.size() - i) + " further patterns are not compared");
                break;
            }
            String where = rules.get(i).path();
            Reach.difference(patterns.get(i)).ifPresent(difference -> differences.add(where + ": " + difference));
        }
        return differences;
    }
}

package dev.connaisseur.validator.cosign;

import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.validator.Validator.RuleProblem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who must have signed. Signers are counted, not signatures: a key is one signer, however often it signed and under however many
 * names it is listed.
 *
 * @param tried the trust roots that are asked, in configured order
 * @param required names that must all have signed
 * @param threshold distinct signers needed, 0 where only {@code required} matters
 * @param single whether the rule names one trust root
 */
record Quorum(List<TrustRoot> tried, List<String> required, int threshold, boolean single) {

    Quorum {
        tried = List.copyOf(tried);
        required = List.copyOf(required);
    }

    /** The quorum that a rule asks for. Names that do not exist are left out: {@link #problems} names them. */
    static Quorum of(TrustRoots roots, RuleOptions options) {
        List<String> required = List.copyOf(new LinkedHashSet<>(options.required()));
        if (!options.trustRoot().equals(TrustRoots.ALL)) {
            return new Quorum(roots.select(options.trustRoot()), required, 1, true);
        }
        int threshold = options.threshold();
        if (required.isEmpty()) {
            List<TrustRoot> all = roots.all();
            return new Quorum(all, required, threshold == 0 ? signers(all).size() : threshold, false);
        }
        List<TrustRoot> tried = threshold > required.size()
                ? roots.all()
                : roots.all().stream()
                        .filter(root -> required.contains(root.name()))
                        .toList();
        return new Quorum(tried, required, threshold, false);
    }

    /** What can never work. */
    static List<RuleProblem> problems(String validator, TrustRoots roots, RuleOptions options) {
        List<RuleProblem> problems = new ArrayList<>();
        List<String> referenced = new ArrayList<>(options.required());
        boolean all = options.trustRoot().equals(TrustRoots.ALL);
        if (!all) {
            referenced.addFirst(options.trustRoot().isEmpty() ? TrustRoots.DEFAULT : options.trustRoot());
        }
        for (String name : new LinkedHashSet<>(referenced)) {
            unknown(validator, roots, name, options.required().contains(name) ? "required" : "trustRoot")
                    .ifPresent(problems::add);
        }
        Quorum quorum = of(roots, options);
        for (TrustRoot root : quorum.tried) {
            if (root instanceof TrustRoot.Unusable unusable) {
                problems.add(new RuleProblem(
                        "trustRoot",
                        "error getting verifiers: trust root " + unusable.name() + " is unusable: " + unusable.why(),
                        "Correct the trust root."));
            }
        }
        int possible = signers(quorum.tried).size();
        if (quorum.threshold > possible && problems.isEmpty()) {
            problems.add(new RuleProblem(
                    "threshold",
                    "threshold " + quorum.threshold + " can never be reached: there are " + possible
                            + " distinct signers",
                    "Lower the threshold, or add trust roots with other keys."));
        }
        List<String> missing = quorum.missing(quorum.tried);
        if (!missing.isEmpty() && problems.isEmpty()) {
            problems.add(new RuleProblem(
                    "required",
                    "missing required signatures from " + list(missing) + " with trustRoot " + options.trustRoot(),
                    "Write trustRoot: \"*\" to ask more than one trust root."));
        }
        return List.copyOf(problems);
    }

    /** A reference to a trust root that does not exist, {@code *} being all. */
    static Optional<RuleProblem> unknown(String validator, TrustRoots roots, String reference, String option) {
        if (!roots.select(reference).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RuleProblem(
                option,
                "error getting verifiers: error getting trust roots for validator " + validator
                        + ": unable to find trust root " + reference,
                "Name one of the validator's trust roots: "
                        + String.join(", ", roots.byName().keySet()) + "."));
    }

    /**
     * What is missing, in the original's words; empty if the quorum is met.
     *
     * @param accepted the trust roots for which a signature counts
     */
    Optional<Shortfall> shortfall(Acceptances accepted) {
        int have = accepted.distinct();
        if (have < threshold && !single) {
            return Optional.of(new Shortfall(
                    Shortfall.Kind.THRESHOLD, "validation threshold not reached (" + have + "/" + threshold + ")"));
        }
        if (have < threshold) {
            return Optional.of(new Shortfall(Shortfall.Kind.NOBODY, "error validating image"));
        }
        List<String> missing = missing(accepted.roots());
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Shortfall(Shortfall.Kind.REQUIRED, "missing required signatures from " + list(missing)));
    }

    /** Two names with one key are one. */
    private static Set<String> signers(Collection<TrustRoot> roots) {
        return roots.stream()
                .map(root -> root instanceof TrustRoot.Key key ? "key " + key.fingerprint() : "name " + root.name())
                .collect(Collectors.toSet());
    }

    private List<String> missing(Collection<TrustRoot> accepted) {
        Set<String> names = accepted.stream().map(TrustRoot::name).collect(Collectors.toSet());
        return required.stream().filter(name -> !names.contains(name)).toList();
    }

    private static String list(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }

    /**
     * What a quorum lacks.
     *
     * @param text the original's sentence
     */
    record Shortfall(Kind kind, String text) {
        enum Kind {
            NOBODY,
            THRESHOLD,
            REQUIRED
        }
    }
}

package dev.connaisseur.validator.notaryv1;

import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.tuf.RoleName;
import dev.connaisseur.tuf.TufKey;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator.RuleProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The root keys that the configuration pins. Every one of those that a rule selects must have signed a repository's root. */
record PinnedRoots(String validator, TrustRoots roots) {

    /**
     * What a rule selects.
     *
     * @param names of the trust roots, in configured order
     */
    record Selection(List<String> names, List<TufKey> keys) {
        Selection {
            names = List.copyOf(names);
            keys = List.copyOf(keys);
        }

        /** Changes with the keys, not with their names or order. */
        String fingerprint() {
            return keys.stream().map(TufKey::id).distinct().sorted().collect(Collectors.joining(" "));
        }
    }

    /** @throws ValidationException {@code MISCONFIGURED} if a trust root is missing or cannot be used */
    Selection select(String reference) {
        List<TrustRoot> selected = roots.select(reference);
        if (selected.isEmpty()) {
            throw misconfigured("error getting keys for validator " + validator + ": " + unknown(reference));
        }
        List<String> names = new ArrayList<>();
        List<TufKey> keys = new ArrayList<>();
        for (TrustRoot root : selected) {
            switch (root) {
                case TrustRoot.Key key -> keys.add(TufKey.pinned(key.key()));
                case TrustRoot.Unusable unusable -> throw misconfigured(unusable.why());
                case TrustRoot.Referenced other -> throw misconfigured("trust root " + other.name() + " is no key");
                case TrustRoot.Certificate other -> throw misconfigured("trust root " + other.name() + " is no key");
                case TrustRoot.Authority other -> throw misconfigured("trust root " + other.name() + " is no key");
                case TrustRoot.Keyless other -> throw misconfigured("trust root " + other.name() + " is no key");
            }
            names.add(root.name());
        }
        return new Selection(names, keys);
    }

    private ValidationException misconfigured(String why) {
        return new ValidationException(
                Reason.MISCONFIGURED, "error getting trust root keys for validator " + validator + ": " + why);
    }

    /** What can never work with these options. */
    List<RuleProblem> check(RuleOptions options) {
        List<RuleProblem> problems = new ArrayList<>();
        if (roots.select(options.trustRoot()).isEmpty()) {
            problems.add(new RuleProblem(
                    "trustRoot",
                    unknown(options.trustRoot()),
                    "Validator " + validator + " has " + roots.byName().keySet() + "."));
        }
        for (String delegation : options.delegations()) {
            if (RoleName.delegation(delegation).isEmpty()) {
                problems.add(new RuleProblem(
                        "delegations",
                        "delegation " + delegation + " is no name of a role",
                        "Use lower-case letters, digits, - and _, with / between the levels."));
            }
        }
        return problems;
    }

    private static String unknown(String reference) {
        return "unable to find trust root " + (reference.isEmpty() ? TrustRoots.DEFAULT : reference);
    }
}

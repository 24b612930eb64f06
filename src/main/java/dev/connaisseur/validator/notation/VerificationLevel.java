package dev.connaisseur.validator.notation;

import dev.connaisseur.policy.RuleOptions;
import java.util.EnumSet;
import java.util.Set;

/** The levels as a table: which checks deny when they fail. The others are only logged. */
enum VerificationLevel {
    STRICT(EnumSet.allOf(Check.class)),
    PERMISSIVE(EnumSet.of(Check.INTEGRITY, Check.AUTHENTICITY)),
    AUDIT(EnumSet.of(Check.INTEGRITY));

    // An unmodifiable copy.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Set<Check> enforced;

    VerificationLevel(EnumSet<Check> enforced) {
        this.enforced = Set.copyOf(enforced);
    }

    static VerificationLevel of(RuleOptions.VerificationLevel option) {
        return switch (option) {
            case STRICT -> STRICT;
            case PERMISSIVE -> PERMISSIVE;
            case AUDIT -> AUDIT;
        };
    }

    boolean enforces(Check check) {
        return enforced.contains(check);
    }
}

package dev.connaisseur.policy;

import java.util.List;

/**
 * The {@code with} block of a policy rule. Options that do not concern the rule's validator type are kept and ignored.
 *
 * @param trustRoot name of a trust root, {@code *} for all; {@code default} where the rule names none
 * @param threshold how many distinct signers must have signed; 0 where the rule says nothing
 * @param required trust roots that must have signed; empty where the rule says nothing
 * @param delegations Notary v1 delegation roles that must have signed; empty where the rule says nothing
 */
public record RuleOptions(
        String trustRoot,
        Mode mode,
        boolean verifyInTransparencyLog,
        boolean verifySct,
        int threshold,
        List<String> required,
        List<String> delegations,
        VerificationLevel verificationLevel,
        VerifyTimestamp verifyTimestamp) {

    public static final RuleOptions DEFAULTS = new RuleOptions(
            "default",
            Mode.MUTATE,
            true,
            true,
            0,
            List.of(),
            List.of(),
            VerificationLevel.STRICT,
            VerifyTimestamp.ALWAYS);

    /** The trust root reference that means all of them. */
    public static final String ALL = "*";

    public RuleOptions {
        required = List.copyOf(required);
        delegations = List.copyOf(delegations);
    }

    /** What happens with a verified image. */
    public enum Mode {
        /** The tag is replaced by the verified digest. */
        MUTATE,
        /** The reference stays as it is, which leaves a race with the registry. */
        INSECURE_VALIDATE_ONLY
    }

    /** Notation's verification levels; {@code skip} is refused. */
    public enum VerificationLevel {
        STRICT,
        PERMISSIVE,
        AUDIT
    }

    /** When a Notation signature must carry an RFC 3161 timestamp. */
    public enum VerifyTimestamp {
        ALWAYS,
        AFTER_CERT_EXPIRY
    }
}

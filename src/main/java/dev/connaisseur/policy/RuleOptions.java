package dev.connaisseur.policy;

import dev.connaisseur.config.ConfigSection;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The {@code with} block of a policy rule. Options that do not concern the rule's validator type are kept and ignored.
 *
 * @param trustRoot name of a trust root, {@code *} for all; {@code default} where the rule names none
 * @param threshold how many distinct signers must have signed; 0 where the rule says nothing
 * @param required trust roots that must have signed; empty where the rule says nothing
 * @param delegations Notary v1 delegation roles that must have signed; empty where the rule says nothing
 * @param signature what cosign signatures must be like
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
        VerifyTimestamp verifyTimestamp,
        SignatureDemands signature) {

    public static final RuleOptions DEFAULTS = new RuleOptions(
            "default",
            Mode.MUTATE,
            true,
            true,
            0,
            List.of(),
            List.of(),
            VerificationLevel.STRICT,
            VerifyTimestamp.ALWAYS,
            SignatureDemands.NONE);

    private static final List<String> KEYS = List.of(
            "trustRoot",
            "mode",
            "verifyInTransparencyLog",
            "verifySCT",
            "threshold",
            "required",
            "delegations",
            "verificationLevel",
            "verifyTimestamp");

    /** The trust root reference that means all of them. */
    public static final String ALL = "*";

    public RuleOptions {
        required = List.copyOf(required);
        delegations = List.copyOf(delegations);
    }

    /** Options that demand nothing more of cosign signatures. */
    public RuleOptions(
            String trustRoot,
            Mode mode,
            boolean verifyInTransparencyLog,
            boolean verifySct,
            int threshold,
            List<String> required,
            List<String> delegations,
            VerificationLevel verificationLevel,
            VerifyTimestamp verifyTimestamp) {
        this(
                trustRoot,
                mode,
                verifyInTransparencyLog,
                verifySct,
                threshold,
                required,
                delegations,
                verificationLevel,
                verifyTimestamp,
                SignatureDemands.NONE);
    }

    /** The same but for what cosign signatures must be like. */
    public RuleOptions demanding(SignatureDemands demands) {
        return new RuleOptions(
                trustRoot,
                mode,
                verifyInTransparencyLog,
                verifySct,
                threshold,
                required,
                delegations,
                verificationLevel,
                verifyTimestamp,
                demands);
    }

    /** Reads a {@code with} block; mistakes are reported to the section, in the original's words, and read as the default. */
    static RuleOptions parse(ConfigSection section) {
        section.onlyKeys(
                Stream.concat(KEYS.stream(), SignatureDemands.KEYS.stream()).toArray(String[]::new));
        if (section.has("required") && section.has("delegations")) {
            section.error("required", "Required must not be set if Delegations is", "Keep one of the two.");
            section.error("delegations", "Delegations must not be set if Required is", "Keep one of the two.");
        }
        return new RuleOptions(
                section.string("trustRoot").filter(name -> !name.isEmpty()).orElse(DEFAULTS.trustRoot),
                choice(section, "mode", "ValidationMode", Mode.values(), Mode::written),
                section.bool("verifyInTransparencyLog").orElse(true),
                section.bool("verifySCT").orElse(true),
                threshold(section),
                names(section, "required", "Required"),
                names(section, "delegations", "Delegations"),
                choice(
                        section,
                        "verificationLevel",
                        "VerificationLevel",
                        VerificationLevel.values(),
                        VerificationLevel::written),
                choice(
                        section,
                        "verifyTimestamp",
                        "VerifyTimestamp",
                        VerifyTimestamp.values(),
                        VerifyTimestamp::written),
                SignatureDemands.parse(section));
    }

    private static int threshold(ConfigSection section) {
        int threshold = section.integer("threshold").orElse(DEFAULTS.threshold);
        if (threshold < 0) {
            section.error("threshold", "Threshold must be 0 or greater", "Leave it out if all must have signed.");
        }
        return Math.max(threshold, 0);
    }

    private static List<String> names(ConfigSection section, String key, String field) {
        List<String> names = section.strings(key);
        if (section.has(key) && names.isEmpty()) {
            section.error(key, field + " must contain at least 1 item", "Name at least one, or leave it out.");
        }
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).isEmpty()) {
                section.error(key + "[" + i + "]", field + "[" + i + "] is a required field", "Remove the empty name.");
            }
        }
        return names;
    }

    /** The first value is the default. */
    private static <E> E choice(
            ConfigSection section, String key, String field, E[] values, Function<E, String> written) {
        Optional<String> given = section.string(key).filter(text -> !text.isEmpty());
        Optional<E> chosen = Arrays.stream(values)
                .filter(value -> given.filter(written.apply(value)::equals).isPresent())
                .findFirst();
        if (given.isPresent() && chosen.isEmpty()) {
            List<String> known = Arrays.stream(values).map(written).toList();
            section.error(
                    key,
                    field + " must be one of [" + String.join(" ", known) + "]",
                    "Write one of these instead of \"" + given.get() + "\", or leave it out for " + known.getFirst()
                            + ".");
        }
        return chosen.orElse(values[0]);
    }

    /** What follows from the verification of an image. */
    public enum Mode {
        /** The tag is replaced by the verified digest. */
        MUTATE("mutate"),
        /** The reference stays as it is, which leaves a race with the registry. */
        INSECURE_VALIDATE_ONLY("insecureValidateOnly"),
        /** The image is verified, but neither refused nor changed: for trying a rule out. */
        AUDIT("audit");

        private final String written;

        Mode(String written) {
            this.written = written;
        }

        /** As it is written in the configuration. */
        public String written() {
            return written;
        }
    }

    /** Notation's verification levels; {@code skip} is refused. */
    public enum VerificationLevel {
        STRICT("strict"),
        PERMISSIVE("permissive"),
        AUDIT("audit");

        private final String written;

        VerificationLevel(String written) {
            this.written = written;
        }

        /** As it is written in the configuration. */
        public String written() {
            return written;
        }
    }

    /** When a Notation signature must carry an RFC 3161 timestamp. */
    public enum VerifyTimestamp {
        ALWAYS("always"),
        AFTER_CERT_EXPIRY("afterCertExpiry");

        private final String written;

        VerifyTimestamp(String written) {
            this.written = written;
        }

        /** As it is written in the configuration. */
        public String written() {
            return written;
        }
    }
}

package dev.connaisseur.boot;

import dev.connaisseur.config.Settings.Features;
import dev.connaisseur.policy.PolicyRule;
import dev.connaisseur.validator.Validator;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A configuration in force, for auditors; public because JSON-B asks for it. No value of a secret stands in it.
 *
 * @param schema {@value #SCHEMA}
 * @param policy the configuration's fingerprint: decisions name it
 * @param matching how patterns are read
 * @param secrets the beginning of each secret file's SHA-256, by name
 */
@JsonbPropertyOrder({"schema", "time", "policy", "matching", "features", "validators", "rules", "secrets"})
public record ConfigurationRecord(
        String schema,
        String time,
        String policy,
        String matching,
        SortedMap<String, String> features,
        List<Named> validators,
        List<Rule> rules,
        SortedMap<String, String> secrets) {
    public static final String SCHEMA = "connaisseur.configuration/v1";
    private static final int HASH = 12;
    private static final Jsonb JSONB = JsonbBuilder.create();

    public ConfigurationRecord {
        validators = List.copyOf(validators);
        rules = List.copyOf(rules);
    }

    /** A validator. */
    @JsonbPropertyOrder({"name", "type"})
    public record Named(String name, String type) {}

    /**
     * A rule.
     *
     * @param unusable why it denies whatever it governs
     */
    @JsonbPropertyOrder({"pattern", "validator", "trustRoot", "mode", "unusable"})
    public record Rule(
            String pattern,
            String validator,
            String trustRoot,
            String mode,
            @Nullable String unusable) {}

    static ConfigurationRecord of(Configuration configuration, Instant now) {
        SortedMap<String, String> hashes = new TreeMap<>();
        configuration.secrets().forEach((name, digest) -> hashes.put(name, digest.substring(0, HASH)));
        return new ConfigurationRecord(
                SCHEMA,
                now.toString(),
                configuration.fingerprint().hex(),
                configuration.policy().mode().toString(),
                features(configuration.features()),
                configuration.validators().all().stream()
                        .map(ConfigurationRecord::named)
                        .toList(),
                configuration.policy().rules().stream()
                        .map(ConfigurationRecord::rule)
                        .toList(),
                hashes);
    }

    String toJson() {
        return JSONB.toJson(this);
    }

    private static SortedMap<String, String> features(Features features) {
        return new TreeMap<>(Map.of(
                "automaticChildApproval", Boolean.toString(features.automaticChildApproval()),
                "automaticUnchangedApproval", Boolean.toString(features.automaticUnchangedApproval()),
                "detectionMode", Boolean.toString(features.detectionMode()),
                "resourceValidationMode", features.resourceValidation().name(),
                "imageVolumes", features.imageVolumes().name(),
                "unpinnedOwners", features.unpinnedOwners().name(),
                "validating", features.validating().name()));
    }

    private static Named named(Validator validator) {
        return new Named(validator.name(), validator.type());
    }

    private static Rule rule(PolicyRule rule) {
        return new Rule(
                rule.pattern(),
                rule.validator(),
                rule.options().trustRoot(),
                rule.options().mode().written(),
                rule.unusable().orElse(null));
    }
}

package dev.connaisseur.policy;

import dev.connaisseur.config.ConfigSection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a rule demands of cosign signatures beyond who signed.
 *
 * @param requireTimestamp whether an RFC 3161 timestamp is demanded
 * @param annotations what the signer must have written into the signature
 * @param dockerReference whether the signature must name the image's repository
 * @param requireSignature false where attestations alone decide
 * @param attestations each of which must hold
 */
public record SignatureDemands(
        boolean requireTimestamp,
        Map<String, String> annotations,
        boolean dockerReference,
        boolean requireSignature,
        List<AttestationDemand> attestations) {

    /** What a rule that says nothing demands. */
    public static final SignatureDemands NONE = new SignatureDemands(false, Map.of(), false, true, List.of());

    static final List<String> KEYS =
            List.of("requireTimestamp", "annotations", "dockerReference", "requireSignature", "attestations");

    public SignatureDemands {
        annotations = java.util.Collections.unmodifiableMap(new TreeMap<>(annotations));
        attestations = List.copyOf(attestations);
    }

    /**
     * A statement that somebody must have made about the image.
     *
     * @param trustRoot who, as in a rule
     * @param condition a CEL expression over the statement, empty where its existence is enough
     */
    public record AttestationDemand(String predicateType, String trustRoot, String condition) {}

    static SignatureDemands parse(ConfigSection with) {
        List<AttestationDemand> attestations = with.sections("attestations").stream()
                .map(SignatureDemands::attestation)
                .toList();
        if (with.has("attestations") && attestations.isEmpty()) {
            with.error("attestations", "Attestations must contain at least 1 item", "Name one, or leave it out.");
        }
        boolean requireSignature = with.bool("requireSignature").orElse(true);
        if (!requireSignature && attestations.isEmpty()) {
            with.error(
                    "requireSignature",
                    "requireSignature must not be false without attestations",
                    "List the attestations that are to decide, or remove it.");
        }
        return new SignatureDemands(
                with.bool("requireTimestamp").orElse(false),
                annotations(with),
                with.bool("dockerReference").orElse(false),
                requireSignature || attestations.isEmpty(),
                attestations);
    }

    private static Map<String, String> annotations(ConfigSection with) {
        Map<String, String> annotations = new LinkedHashMap<>();
        with.section("annotations").ifPresent(section -> {
            for (String name : section.keys()) {
                annotations.put(name, section.string(name).orElse(""));
            }
        });
        return annotations;
    }

    private static AttestationDemand attestation(ConfigSection section) {
        section.onlyKeys("predicateType", "trustRoot", "condition");
        return new AttestationDemand(
                section.requiredString("predicateType"),
                section.string("trustRoot").filter(name -> !name.isEmpty()).orElse(RuleOptions.DEFAULTS.trustRoot()),
                section.string("condition").orElse(""));
    }
}

package dev.connaisseur.boot;

import dev.connaisseur.config.ConfigSection;
import java.util.Map;
import java.util.Set;

/** Which options of a rule mean something to which type of validator. What means nothing there is never passed over in silence. */
final class FittingOptions {
    /** Options that files of the original may hold beside any validator. */
    private static final Map<String, Set<String>> OLD = Map.of(
            "trustRoot", Set.of("cosign", "notaryv1", "notation"),
            "verifyInTransparencyLog", Set.of("cosign"),
            "verifySCT", Set.of("cosign"),
            "threshold", Set.of("cosign"),
            "required", Set.of("cosign"),
            "delegations", Set.of("notaryv1"),
            "verificationLevel", Set.of("notation"),
            "verifyTimestamp", Set.of("notation"));

    private static final Map<String, Set<String>> NEW = Map.of(
            "requireTimestamp", Set.of("cosign"),
            "annotations", Set.of("cosign"),
            "dockerReference", Set.of("cosign"),
            "requireSignature", Set.of("cosign"),
            "attestations", Set.of("cosign"));

    private FittingOptions() {}

    /** Reports the options of {@code with} that mean nothing to a validator of this type: old ones as ignored, new ones as wrong. */
    static void check(ConfigSection with, String type) {
        for (String option : with.keys()) {
            String what = option + " has no meaning for validators of type " + type;
            if (!OLD.getOrDefault(option, Set.of(type)).contains(type)) {
                with.warning(option, what, "It is ignored: remove it.");
            }
            if (!NEW.getOrDefault(option, Set.of(type)).contains(type)) {
                with.error(option, what, "Remove it, or use a validator of type cosign.");
            }
        }
    }
}

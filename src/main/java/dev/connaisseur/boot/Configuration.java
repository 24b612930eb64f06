package dev.connaisseur.boot;

import dev.connaisseur.admission.GenerationView;
import dev.connaisseur.alert.Alerts;
import dev.connaisseur.config.Fingerprint;
import dev.connaisseur.config.Settings;
import dev.connaisseur.policy.Policy;
import dev.connaisseur.validator.Validators;
import java.util.Map;

/**
 * Policy, validators, alerts and features as they were read together.
 *
 * @param fingerprint of the files that it was read from
 * @param secrets SHA-256 of the secret files among them, by name
 * @param openDoors how many of the settings and rules let images in unverified or unpinned
 */
public record Configuration(
        Fingerprint fingerprint,
        Policy policy,
        Validators validators,
        Alerts alerts,
        Settings.Features features,
        Map<String, String> secrets,
        int openDoors)
        implements AutoCloseable {

    public Configuration {
        secrets = Map.copyOf(secrets);
    }

    /** What a review is decided by. */
    public GenerationView view() {
        return new GenerationView(policy::rulesFor, validators::named, features, alerts, fingerprint.hex());
    }

    @Override
    public void close() {
        validators.close();
    }
}

package dev.connaisseur.boot;

import dev.connaisseur.admission.GenerationView;
import dev.connaisseur.config.Fingerprint;
import dev.connaisseur.config.Settings;
import dev.connaisseur.policy.Policy;
import dev.connaisseur.validator.Validators;

/**
 * Policy, validators and features as they were read together.
 *
 * @param fingerprint of the files that it was read from
 */
public record Configuration(Fingerprint fingerprint, Policy policy, Validators validators, Settings.Features features)
        implements AutoCloseable {

    /** What a review is decided by. */
    public GenerationView view() {
        return new GenerationView(policy::rulesFor, validators::named, features, fingerprint.hex());
    }

    @Override
    public void close() {
        validators.close();
    }
}

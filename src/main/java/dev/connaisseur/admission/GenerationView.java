package dev.connaisseur.admission;

import dev.connaisseur.alert.Alerts;
import dev.connaisseur.config.Settings;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.Match;
import dev.connaisseur.validator.Validator;
import java.util.Optional;
import java.util.function.Function;

/**
 * The configuration in force while one request is decided. It is taken once per request, so that no request sees two.
 *
 * @param policy the rules that an image must satisfy
 * @param validators a validator by the name that a rule gives
 * @param features the modes that apply
 * @param alerts who is told about decisions
 * @param fingerprint of the configuration: equal only where all of the above is
 */
public record GenerationView(
        Function<ImageReference, Match> policy,
        Function<String, Optional<Validator>> validators,
        Settings.Features features,
        Alerts alerts,
        String fingerprint) {}

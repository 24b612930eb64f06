package dev.connaisseur.boot;

import dev.connaisseur.alert.AlertReader;
import dev.connaisseur.alert.AlertSender;
import dev.connaisseur.alert.Alerts;
import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.config.AlertFiles;
import dev.connaisseur.config.ConfigFile;
import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problem.Severity;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.HostPort;
import dev.connaisseur.keys.KeySources;
import dev.connaisseur.policy.MatchingMode;
import dev.connaisseur.policy.Policy;
import dev.connaisseur.policy.PolicyRule;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.tuf.RollbackMemory;
import dev.connaisseur.validator.StaticFactory;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Validator.RuleProblem;
import dev.connaisseur.validator.ValidatorFactory;
import dev.connaisseur.validator.Validators;
import dev.connaisseur.validator.cosign.CosignFactory;
import dev.connaisseur.validator.cosign.TrustRepositories;
import dev.connaisseur.validator.notaryv1.NotaryV1Factory;
import dev.connaisseur.validator.notation.NotationFactory;
import dev.connaisseur.validator.notation.revocation.RevocationChecks;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Makes a {@link Configuration} of the files and holds its rules against its validators. */
record ConfigurationReader(
        Settings settings,
        RegistryClients registries,
        TrustRepositories repositories,
        KeySources keys,
        RollbackMemory rollbackMemory,
        RevocationChecks revocations,
        AlertSender alertSender,
        Predicate<HostPort> spokenPlain,
        InstantSource clock) {

    /** Reads the files; a configuration with errors among its {@code problems} must not be used. */
    Configuration read(Problems problems) {
        ConfigFile file = ConfigFile.load(settings.directories(), problems);
        Policy policy = Policy.parse(
                file.policy(), MatchingMode.of(settings.policyMatching()).orElseThrow());
        Secrets secrets = new Secrets(settings.directories().secrets());
        Validators validators =
                Validators.parse(file.validators(), factories(registries.of(secrets, policy.namedRegistries())));
        Policy checked =
                policy.withUnusable(rule -> unusable(rule, file.policy().get(rule.index()), validators));
        AlertFiles alertFiles = new AlertFiles(settings.directories());
        Alerts alerts = new AlertReader(alertFiles, spokenPlain).read(file.alerts(), alertSender);
        for (String warning : problems.hasErrors() ? List.<String>of() : policy.warnings()) {
            problems.add(new Problem(Severity.WARNING, "policy", "", 0, warning, ""));
        }
        List<Problem> doors = problems.hasErrors() ? List.of() : OpenDoors.of(checked, validators, settings.features());
        doors.forEach(problems::add);
        return new Configuration(
                file.fingerprint(secrets, alertFiles),
                checked,
                validators,
                alerts,
                settings.features(),
                secrets.digests(),
                doors.size());
    }

    /** One factory per type of validator, with the clients of this configuration. */
    private List<ValidatorFactory> factories(RegistryClients clients) {
        return List.of(
                new StaticFactory(),
                new CosignFactory(clients, repositories, keys, surroundings()),
                new NotaryV1Factory(clients, rollbackMemory, settings.notaryv1(), clock),
                new NotationFactory(clients, revocations, clock));
    }

    private Surroundings surroundings() {
        return new Surroundings(System.getenv(), clock);
    }

    /** Why a rule can never admit an image, if that is so; its section is told. */
    private static Optional<String> unusable(PolicyRule rule, ConfigSection section, Validators validators) {
        Optional<Validator> validator = validators.named(rule.validator());
        if (validator.isEmpty()) {
            String what = "validator \"" + rule.validator() + "\" not found";
            String known = validators.all().stream().map(Validator::name).collect(Collectors.joining(", "));
            section.deferred(section.has("validator") ? "validator" : "", what, "Name one of: " + known + ".");
            return Optional.of(what);
        }
        Optional<ConfigSection> with = section.section("with");
        with.ifPresent(options -> FittingOptions.check(options, validator.get().type()));
        List<RuleProblem> problems = validator.get().check(rule.options());
        for (RuleProblem problem : problems) {
            with.ifPresentOrElse(
                    options -> options.deferred(problem.option(), problem.what(), problem.remedy()),
                    () -> section.deferred("", problem.what(), problem.remedy()));
        }
        return problems.stream().map(RuleProblem::what).findFirst();
    }
}

package dev.connaisseur.validator.cosign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.cloud.Surroundings;
import dev.connaisseur.config.ConfigDocument;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.EgressRules;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.http.Network;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.keys.KeySources;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Loopback;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.StaticFactory;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Validators;
import dev.connaisseur.validator.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.Assertions;

/** A registry and a cosign validator that reads it, configured like the real ones. */
final class CosignRig implements AutoCloseable {
    final EmbeddedRegistry registry;
    private HttpTransport transport = Loopback.transport();
    private final boolean owned;
    private final Map<String, String> roots = new LinkedHashMap<>();
    private final Map<String, String> parts = new LinkedHashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private InstantSource clock = InstantSource.system();

    private CosignRig(EmbeddedRegistry registry, boolean owned) {
        this.registry = registry;
        this.owned = owned;
    }

    static CosignRig withZoo() {
        return new CosignRig(EmbeddedRegistry.withZoo(), true);
    }

    static CosignRig empty() {
        return new CosignRig(EmbeddedRegistry.open(), true);
    }

    static CosignRig of(EmbeddedRegistry registry) {
        return new CosignRig(registry, false);
    }

    /** A trust root that is a key. */
    CosignRig key(String name, String pem) {
        return root(name, "key: \"" + escaped(pem) + "\"");
    }

    /** A trust root, in YAML without its name. */
    CosignRig root(String name, String yaml) {
        roots.put(name, yaml);
        return this;
    }

    /** A part of the validator, e.g. {@code host}, in YAML of one line. */
    CosignRig part(String key, String yaml) {
        parts.put(key, yaml);
        return this;
    }

    /** From now on no host but the registry can be reached: any other connection fails. */
    CosignRig reachingTheRegistryOnly() {
        List<String> mistakes = new ArrayList<>();
        List<String> only = List.of(registry.host());
        EgressRules rules = EgressRules.parse(only, only, List.of(), Set.of(), mistakes);
        assertThat(mistakes).isEmpty();
        transport.close();
        transport = new HttpTransport(Network.STANDARD.with(rules));
        return this;
    }

    CosignRig at(Instant now) {
        clock = InstantSource.fixed(now);
        return this;
    }

    /** A variable of the process. */
    CosignRig variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    Validator validator() {
        Problems problems = new Problems(OnProblem.REFUSE);
        Validator validator = validator(problems);
        assertThat(problems.errors()).isEmpty();
        return validator;
    }

    /** What a configuration of this validator is told. */
    List<Problem> problems() {
        Problems problems = new Problems(OnProblem.REFUSE);
        validator(problems).close();
        return problems.errors();
    }

    private Validator validator(Problems problems) {
        StringBuilder yaml = new StringBuilder("validators:\n- name: v\n  type: cosign\n");
        parts.forEach((key, value) -> yaml.append("  " + key + ": " + value + "\n"));
        yaml.append("  trustRoots:\n");
        roots.forEach((name, root) -> yaml.append("  - {name: " + name + ", " + root + "}\n"));
        RegistryClients clients = new RegistryClients(transport, new Lookups(), new Secrets(Path.of("target")));
        Validators validators = Validators.parse(
                ConfigDocument.parse("config.yaml", yaml.toString().getBytes(StandardCharsets.UTF_8), problems)
                        .orElseThrow()
                        .sections("validators"),
                List.of(
                        new StaticFactory(),
                        new CosignFactory(
                                clients,
                                new TrustRepositories(transport, clock),
                                keys(),
                                new Surroundings(environment, clock))));
        return validators.named("v").orElseThrow();
    }

    private KeySources keys() {
        return new KeySources(
                transport,
                new dev.connaisseur.keys.Lookups(),
                Optional.empty(),
                new Surroundings(environment, clock),
                Duration.ofMinutes(10));
    }

    /** What the validator says about an image, given without registry. */
    Verdict.Signed verdict(String image, RuleOptions options) {
        RequestContext context = new RequestContext(Deadline.after(Duration.ofSeconds(20)), "default");
        return (Verdict.Signed)
                validator().validate(ImageReference.parse(registry.host() + "/" + image), options, context);
    }

    Reason denial(String image, RuleOptions options) {
        return refusal(image, options).reason();
    }

    /** What was looked at for a verdict that is a yes or a no: place, signer, what came out. */
    List<String> looks(String image, RuleOptions options) {
        RequestContext context = new RequestContext(Deadline.after(Duration.ofSeconds(20)), "default");
        var unused = Assertions.catchThrowableOfType(
                ValidationException.class,
                () -> validator().validate(ImageReference.parse(registry.host() + "/" + image), options, context));
        return context.trail().looks().stream()
                .map(look -> look.at() + " | " + look.by() + " | " + look.found())
                .toList();
    }

    ValidationException refusal(String image, RuleOptions options) {
        ValidationException refusal =
                Assertions.catchThrowableOfType(ValidationException.class, () -> verdict(image, options));
        assertThat(refusal).as("%s was admitted", image).isNotNull();
        return refusal;
    }

    static RuleOptions by(String trustRoot) {
        return options(trustRoot, 0, List.of());
    }

    static RuleOptions options(String trustRoot, int threshold, List<String> required) {
        RuleOptions defaults = RuleOptions.DEFAULTS;
        return new RuleOptions(
                trustRoot,
                defaults.mode(),
                false,
                false,
                threshold,
                required,
                List.of(),
                defaults.verificationLevel(),
                defaults.verifyTimestamp());
    }

    @Override
    public void close() {
        if (owned) {
            registry.close();
        }
        transport.close();
    }
}

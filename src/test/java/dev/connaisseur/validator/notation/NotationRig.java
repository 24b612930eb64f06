package dev.connaisseur.validator.notation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connaisseur.config.ConfigDocument;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.testing.EmbeddedRegistry;
import dev.connaisseur.testing.Loopback;
import dev.connaisseur.testing.NotationSigner;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Validators;
import dev.connaisseur.validator.Verdict;
import dev.connaisseur.validator.notation.revocation.RevocationChecks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;

/** A registry and a Notation validator that reads it, configured like the real ones. */
public final class NotationRig implements AutoCloseable {
    public final EmbeddedRegistry registry;
    private final HttpTransport transport = Loopback.transport();
    private final Map<String, List<String>> roots = new LinkedHashMap<>();
    private Instant now = NotationSigner.NOW;
    private RevocationChecks revocations = new RevocationChecks(transport, new Lookups(), () -> now);

    private NotationRig(EmbeddedRegistry registry) {
        this.registry = registry;
    }

    public static NotationRig withZoo() {
        return new NotationRig(EmbeddedRegistry.withZoo());
    }

    public static NotationRig of(EmbeddedRegistry registry) {
        return new NotationRig(registry);
    }

    /** A trust root; {@code more} are further lines of YAML, e.g. {@code store: signingAuthority}. */
    public NotationRig root(String name, String pem, String... more) {
        List<String> lines = new ArrayList<>(List.of("cert: " + quoted(pem)));
        lines.addAll(List.of(more));
        roots.put(name, lines);
        return this;
    }

    public NotationRig at(Instant time) {
        now = time;
        return this;
    }

    /** As if the process had just started. */
    public NotationRig restarted() {
        revocations = new RevocationChecks(transport, new Lookups(), () -> now);
        return this;
    }

    public static String quoted(String text) {
        return "\"" + text.replace("\n", "\\n") + "\"";
    }

    public Validator validator() {
        Problems problems = new Problems(OnProblem.REFUSE);
        Validator validator = validator(problems);
        assertThat(problems.errors()).isEmpty();
        return validator;
    }

    /** What a configuration of these trust roots is told. */
    public List<Problem> errors() {
        Problems problems = new Problems(OnProblem.REFUSE);
        validator(problems);
        return problems.errors();
    }

    private Validator validator(Problems problems) {
        StringBuilder yaml = new StringBuilder("validators:\n- name: v\n  type: notation\n  trustRoots:\n");
        roots.forEach((name, lines) -> {
            yaml.append("  - name: ").append(name).append('\n');
            lines.forEach(line -> yaml.append("    ").append(line).append('\n'));
        });
        RegistryClients clients = new RegistryClients(transport, new Lookups(), new Secrets(Path.of("target")));
        Validators validators = Validators.parse(
                ConfigDocument.parse("config.yaml", yaml.toString().getBytes(StandardCharsets.UTF_8), problems)
                        .orElseThrow()
                        .sections("validators"),
                List.of(new NotationFactory(clients, revocations, () -> now)));
        return validators.named("v").orElseThrow();
    }

    /** What the validator says about an image, given without registry. */
    public Verdict.Signed verdict(String image, RuleOptions options) {
        RequestContext context = new RequestContext(Deadline.after(Duration.ofSeconds(20)), "default");
        return (Verdict.Signed)
                validator().validate(ImageReference.parse(registry.host() + "/" + image), options, context);
    }

    /** What was looked at for a verdict that is a yes or a no: place, signer, what came out. */
    List<String> looks(String image, RuleOptions options) {
        RequestContext context = new RequestContext(Deadline.after(Duration.ofSeconds(20)), "default");
        ValidationException unused = Assertions.catchThrowableOfType(
                ValidationException.class,
                () -> validator().validate(ImageReference.parse(registry.host() + "/" + image), options, context));
        return context.trail().looks().stream()
                .map(look -> look.at() + " | " + look.by() + " | " + look.found())
                .toList();
    }

    public ValidationException refusal(String image, RuleOptions options) {
        ValidationException refusal =
                Assertions.catchThrowableOfType(ValidationException.class, () -> verdict(image, options));
        assertThat(refusal).as("%s was admitted", image).isNotNull();
        return refusal;
    }

    public static RuleOptions by(String trustRoot) {
        return options(trustRoot, RuleOptions.VerificationLevel.STRICT);
    }

    public static RuleOptions options(String trustRoot, RuleOptions.VerificationLevel level) {
        return options(trustRoot, level, RuleOptions.VerifyTimestamp.ALWAYS);
    }

    public static RuleOptions options(
            String trustRoot, RuleOptions.VerificationLevel level, RuleOptions.VerifyTimestamp timestamp) {
        RuleOptions defaults = RuleOptions.DEFAULTS;
        return new RuleOptions(trustRoot, defaults.mode(), true, true, 0, List.of(), List.of(), level, timestamp);
    }

    @Override
    public void close() {
        registry.close();
        transport.close();
    }
}

package dev.connaisseur.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connaisseur.config.ConfigDocument;
import dev.connaisseur.config.ConfigSection;
import dev.connaisseur.config.OnProblem;
import dev.connaisseur.config.Problems;
import dev.connaisseur.config.Secrets;
import dev.connaisseur.config.Settings;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.HttpTransport;
import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.registry.Lookups;
import dev.connaisseur.registry.RegistryClients;
import dev.connaisseur.tuf.LocalRollbackMemory;
import dev.connaisseur.tuf.RollbackMemory;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import dev.connaisseur.validator.notaryv1.NotaryV1Factory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A notary server, a clock that stands still, and validators that are made from YAML as the process makes them. */
public final class NotaryLab implements AutoCloseable {
    public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final HttpTransport transport = Loopback.transport();
    private RollbackMemory memory = new LocalRollbackMemory(100);
    private Settings.NotaryV1 settings = new Settings.NotaryV1(Duration.ofDays(30), true);
    private Instant now = NOW;
    private Duration deadline = Duration.ofSeconds(10);
    private Path secrets = Path.of("target");
    private String more = "";
    private final @Nullable NotaryFixture server;
    private final String address;

    public NotaryLab() {
        this(NotaryFixture.open());
    }

    public NotaryLab(NotaryFixture server) {
        this.server = server;
        this.address = server.base();
    }

    /** Without a server of its own: asks the one at this address. */
    public NotaryLab(String address) {
        this.server = null;
        this.address = address;
    }

    public NotaryFixture server() {
        return Objects.requireNonNull(server);
    }

    public NotaryLab at(Instant instant) {
        now = instant;
        return this;
    }

    public NotaryLab within(Duration span) {
        deadline = span;
        return this;
    }

    public NotaryLab settings(Settings.NotaryV1 other) {
        settings = other;
        return this;
    }

    public NotaryLab memory(RollbackMemory other) {
        memory = other;
        return this;
    }

    /** Further lines of the validator's configuration, e.g. {@code cert} or {@code auth}. */
    public NotaryLab with(String yaml, Path secretsDirectory) {
        more = yaml;
        secrets = secretsDirectory;
        return this;
    }

    /** A validator called {@code default} with one trust root of that name. */
    public Validator validator(String pem) {
        return validator(Map.of("default", pem));
    }

    public Validator validator(Map<String, String> pems) {
        StringBuilder yaml = new StringBuilder("name: default\ntype: notaryv1\nhost: " + address + "\ntrustRoots:\n");
        new LinkedHashMap<>(pems)
                .forEach((name, pem) -> yaml.append("- name: ")
                        .append(name)
                        .append("\n  key: |\n")
                        .append(pem.indent(4)));
        Problems problems = new Problems(OnProblem.DENY_RULE);
        ConfigSection section = ConfigDocument.parse("config.yaml", (yaml + more).getBytes(UTF_8), problems)
                .orElseThrow();
        Validator validator = factory().create("default", section);
        assertThat(problems.errors()).isEmpty();
        return validator;
    }

    public NotaryV1Factory factory() {
        RegistryClients clients = new RegistryClients(transport, new Lookups(), new Secrets(secrets));
        return new NotaryV1Factory(clients, memory, settings, () -> now);
    }

    public Verdict validate(Validator validator, String image, RuleOptions options) {
        return validator.validate(
                ImageReference.parse(image), options, new RequestContext(Deadline.after(deadline), "default"));
    }

    /** What was looked at for an image: place, signer, what came out. */
    public List<String> looks(Validator validator, String image) {
        RequestContext context = new RequestContext(Deadline.after(deadline), "default");
        var unused = catchThrowableOfType(
                ValidationException.class,
                () -> validator.validate(ImageReference.parse(image), RuleOptions.DEFAULTS, context));
        return context.trail().looks().stream()
                .map(look -> look.at() + " | " + look.by() + " | " + look.found())
                .toList();
    }

    public Digest admitted(Validator validator, String image) {
        return admitted(validator, image, RuleOptions.DEFAULTS);
    }

    public Digest admitted(Validator validator, String image, RuleOptions options) {
        return ((Verdict.Signed) validate(validator, image, options)).digest();
    }

    public ValidationException refused(Validator validator, String image) {
        return refused(validator, image, RuleOptions.DEFAULTS);
    }

    public ValidationException refused(Validator validator, String image, RuleOptions options) {
        ValidationException refusal =
                catchThrowableOfType(ValidationException.class, () -> validate(validator, image, options));
        assertThat(refusal).as("refusal of " + image).isNotNull();
        return refusal;
    }

    public static RuleOptions requiring(String... delegations) {
        return options("default", List.of(delegations));
    }

    public static RuleOptions options(String trustRoot, List<String> delegations) {
        RuleOptions some = RuleOptions.DEFAULTS;
        return new RuleOptions(
                trustRoot,
                some.mode(),
                some.verifyInTransparencyLog(),
                some.verifySct(),
                some.threshold(),
                some.required(),
                delegations,
                some.verificationLevel(),
                some.verifyTimestamp());
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        transport.close();
    }
}

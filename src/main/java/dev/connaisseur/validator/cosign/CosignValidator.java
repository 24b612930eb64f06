package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.LookupException;
import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.policy.SignatureDemands.AttestationDemand;
import dev.connaisseur.registry.RegistryClient;
import dev.connaisseur.registry.RepositorySession;
import dev.connaisseur.sigstore.Demands;
import dev.connaisseur.sigstore.EvidenceCheck;
import dev.connaisseur.sigstore.TrustedRoot;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.validator.Expiry;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.Stage;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Verifies images that were signed with cosign: gathers what is there, source by source, and decides over it. */
public final class CosignValidator implements Validator {
    public static final String TYPE = "cosign";

    private final String name;
    private final TrustRoots configured;
    private final ReferencedKeys keys;
    private final TrustSource trust;
    private final Optional<RekorLookup> rekor;
    private final RegistryClient registry;
    private final InstantSource clock;

    /** By text; filled while rules are loaded, so that compiling costs no admission anything. */
    private final Map<String, CelCondition> conditions = new ConcurrentHashMap<>();

    CosignValidator(
            String name,
            TrustRoots roots,
            ReferencedKeys keys,
            TrustSource trust,
            Optional<RekorLookup> rekor,
            RegistryClient registry,
            InstantSource clock) {
        this.name = name;
        this.configured = roots;
        this.keys = keys;
        this.trust = trust;
        this.rekor = rekor;
        this.registry = registry;
        this.clock = clock;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public void begin() {
        keys.begin(configured);
    }

    @Override
    public List<Expiry> expiries() {
        List<Expiry> expiries = new ArrayList<>();
        trust.expires().ifPresent(at -> expiries.add(new Expiry("tuf-root", name, at)));
        for (TrustRoot root : configured.all()) {
            if (root instanceof TrustRoot.Authority authority) {
                Expiry.ofFirst("trust-root", name + "/" + root.name(), authority.roots())
                        .ifPresent(expiries::add);
            }
        }
        return List.copyOf(expiries);
    }

    @Override
    public List<RuleProblem> check(RuleOptions options) {
        List<RuleProblem> problems = new ArrayList<>();
        if (options.signature().requireSignature()) {
            problems.addAll(Quorum.problems(name, configured, options));
        }
        for (AttestationDemand demand : options.signature().attestations()) {
            Quorum.unknown(name, configured, demand.trustRoot(), "attestations").ifPresent(problems::add);
            try {
                condition(demand);
            } catch (IllegalArgumentException e) {
                problems.add(new RuleProblem(
                        "attestations",
                        "the condition on " + demand.predicateType() + " is not usable: " + e.getMessage(),
                        "Write a CEL expression that is true or false."));
            }
        }
        return List.copyOf(problems);
    }

    @Override
    public String scope(RequestContext context) {
        return registry.takesPullSecrets() ? context.pullSecrets().scope() : "";
    }

    @Override
    public Verdict validate(ImageReference image, RuleOptions options, RequestContext context) {
        List<RuleProblem> problems = check(options);
        if (!problems.isEmpty()) {
            throw new ValidationException(
                    Reason.MISCONFIGURED, problems.getFirst().what());
        }
        context.trail().begin(Stage.TRUST);
        TrustRoots roots = keys.fetched(configured, asked(options), context.deadline());
        Quorum quorum = Quorum.of(roots, options);
        boolean keyless = asked(options).stream().anyMatch(TrustRoot.Keyless.class::isInstance);
        Demands demands = demands(keyless, options);
        TrustedRoot trusted =
                keyless || demands.log() || demands.timestamp() ? trust.trusted(context.deadline()) : trust.known();
        checkTrust(keyless, demands, trusted);
        try (RepositorySession session =
                registry.with(context.pullSecrets()::logins).session(image, context.deadline())) {
            return validate(session, image, options, new Means(roots, quorum, trusted, demands), context);
        }
    }

    /** What one rule is checked with. */
    private record Means(TrustRoots roots, Quorum quorum, TrustedRoot trusted, Demands demands) {}

    private Verdict validate(
            RepositorySession session, ImageReference image, RuleOptions options, Means means, RequestContext context) {
        Demands demands = means.demands();
        context.trail().begin(Stage.RESOLVE);
        Digest digest = digest(session, image);
        Verification verification = new Verification(
                session,
                digest,
                new EvidenceCheck(means.trusted(), demands),
                rekor.filter(log -> demands.log())
                        .map(log -> (evidence, signers) -> log.entries(evidence, signers, context.deadline())),
                context.trail());
        Set<TrustRoot> signers = new LinkedHashSet<>();
        if (options.signature().requireSignature()) {
            context.trail().begin(Stage.SIGNATURES);
            signers.addAll(verification.signers(image, means.quorum(), options.signature()));
        }
        for (AttestationDemand demand : options.signature().attestations()) {
            context.trail().begin(Stage.ATTESTATIONS);
            signers.addAll(verification.attestors(
                    demand, means.roots().select(demand.trustRoot()), condition(demand), demands.now()));
        }
        return new Verdict.Signed(
                digest,
                signers.stream().map(TrustRoot::name).distinct().toList(),
                List.of(),
                verification.logIndexes());
    }

    private Optional<CelCondition> condition(AttestationDemand demand) {
        return demand.condition().isEmpty()
                ? Optional.empty()
                : Optional.of(conditions.computeIfAbsent(demand.condition(), CelCondition::compile));
    }

    /** The trust roots that a rule needs. */
    private List<TrustRoot> asked(RuleOptions options) {
        return Stream.concat(
                        options.signature().requireSignature()
                                ? Quorum.of(configured, options).tried().stream()
                                : Stream.empty(),
                        options.signature().attestations().stream()
                                .flatMap(demand -> configured.select(demand.trustRoot()).stream()))
                .distinct()
                .toList();
    }

    private Demands demands(boolean keyless, RuleOptions options) {
        return new Demands(
                options.verifyInTransparencyLog(),
                keyless && options.verifySct(),
                options.signature().requireTimestamp(),
                clock.instant());
    }

    /** Asked for a proof that nobody could give, the answer is no, and says why. */
    private void checkTrust(boolean keyless, Demands demands, TrustedRoot trusted) {
        if (demands.log() && trusted.logs().isEmpty()) {
            throw missing(Reason.LOG, "rekor public keys", "verifyInTransparencyLog");
        }
        if (keyless && trusted.authorities().isEmpty()) {
            throw new ValidationException(
                    Reason.CERTIFICATE, "error getting fulcio roots: validator " + name + " trusts no authority");
        }
        if (demands.sct() && trusted.certificateLogs().isEmpty()) {
            throw missing(Reason.CERTIFICATE, "ct log public keys", "verifySCT");
        }
        if (demands.timestamp() && trusted.timestampAuthorities().isEmpty()) {
            throw missing(Reason.TIMESTAMP, "timestamp authorities", "requireTimestamp");
        }
    }

    private ValidationException missing(Reason reason, String what, String option) {
        return new ValidationException(
                reason,
                "error setting up cosign options: error getting " + what + ": validator " + name
                        + " has none, so that no rule with " + option + ": true can admit");
    }

    private static Digest digest(RepositorySession session, ImageReference image) {
        try {
            return session.resolve().digest();
        } catch (LookupException e) {
            String prefix = e.kind() == LookupException.Kind.NOT_FOUND
                    ? "image " + image.name() + " does not exist: image tag not found: "
                    : "error validating image: ";
            throw ValidationException.of(e, prefix);
        }
    }
}

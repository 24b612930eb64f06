package dev.connaisseur.validator.notation;

import dev.connaisseur.http.LookupException;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.registry.Descriptor;
import dev.connaisseur.registry.Manifest;
import dev.connaisseur.registry.RegistryClient;
import dev.connaisseur.registry.RepositorySession;
import dev.connaisseur.validator.Expiry;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.Stage;
import dev.connaisseur.validator.Trail;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import dev.connaisseur.validator.notation.Candidates.Reading;
import dev.connaisseur.validator.notation.Finding.Step;
import dev.connaisseur.validator.notation.Verification.Judgement;
import dev.connaisseur.validator.notation.revocation.RevocationChecks;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Verifies images that were signed with notation. One valid signature is enough; all are looked at until one is found. */
public final class NotationValidator implements Validator {
    public static final String TYPE = "notation";

    private static final System.Logger LOG = System.getLogger(NotationValidator.class.getName());
    private static final String FAILED = "failed to verify image: ";
    private static final int SHOWN = 3;

    private final String name;
    private final TrustStores stores;
    private final RegistryClient registry;
    private final RevocationChecks revocations;
    private final InstantSource clock;

    NotationValidator(
            String name,
            TrustStores stores,
            RegistryClient registry,
            RevocationChecks revocations,
            InstantSource clock) {
        this.name = name;
        this.stores = stores;
        this.registry = registry;
        this.revocations = revocations;
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
    public List<Expiry> expiries() {
        return stores.byName().values().stream()
                .flatMap(store ->
                        Expiry.ofFirst("trust-root", name + "/" + store.name(), store.allCertificates()).stream())
                .toList();
    }

    @Override
    public List<RuleProblem> check(RuleOptions options) {
        if (!stores.select(options.trustRoot()).isEmpty()) {
            return List.of();
        }
        return List.of(new RuleProblem(
                "trustRoot",
                "failed to set up trust policy: failed to get trust roots: unable to find trust root "
                        + (options.trustRoot().isEmpty() ? TrustStores.DEFAULT : options.trustRoot()),
                "Name one of validator " + name + ": "
                        + String.join(", ", stores.byName().keySet()) + "."));
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
        try (RepositorySession session =
                registry.with(context.pullSecrets()::logins).session(image, context.deadline())) {
            return validate(session, image, options, context);
        }
    }

    private Verdict validate(
            RepositorySession session, ImageReference image, RuleOptions options, RequestContext context) {
        // The tag is read once; from here on there is only the digest.
        context.trail().begin(Stage.RESOLVE);
        Manifest manifest = manifest(session, image);
        context.trail().begin(Stage.SIGNATURES);
        List<TrustStore> selected = stores.select(options.trustRoot());
        Candidates candidates = new Candidates(session, manifest.digest());
        Verification verification = new Verification(
                TargetArtifact.of(manifest),
                selected,
                VerificationLevel.of(options.verificationLevel()),
                options.verifyTimestamp(),
                (chain, signed) -> revocations.of(chain, signed, context.deadline()),
                clock.instant());
        return decide(image, manifest, candidates, listed(candidates, selected), verification, context.trail());
    }

    private static Manifest manifest(RepositorySession session, ImageReference image) {
        try {
            return session.resolve();
        } catch (LookupException e) {
            throw ValidationException.of(e, image.digest().isPresent() ? FAILED : "failed to resolve image tag: ");
        }
    }

    private static List<Descriptor> listed(Candidates candidates, List<TrustStore> selected) {
        try {
            return candidates.list(selected);
        } catch (LookupException e) {
            throw ValidationException.of(e, FAILED);
        }
    }

    private static Verdict.Signed decide(
            ImageReference image,
            Manifest manifest,
            Candidates candidates,
            List<Descriptor> listed,
            Verification verification,
            Trail trail) {
        List<Finding> findings = new ArrayList<>();
        for (Descriptor descriptor : listed.subList(0, Math.min(listed.size(), Candidates.MOST))) {
            Reading reading = candidates.read(descriptor);
            if (reading.envelope().isEmpty()) {
                trail.looked(at(descriptor), "", reading.finding().text());
                findings.add(reading.finding());
                continue;
            }
            Judgement judgement = verification.judge(reading.envelope().get());
            if (judgement.refusal().isEmpty()) {
                trail.looked(at(descriptor), String.join(", ", judgement.signers()), "a signature counts");
                List<String> warnings = judgement.logged().stream()
                        .map(finding -> warning(image, verification.level(), finding))
                        .toList();
                warnings.forEach(warning -> LOG.log(Level.WARNING, warning));
                return new Verdict.Signed(manifest.digest(), judgement.signers(), warnings);
            }
            trail.looked(at(descriptor), "", judgement.refusal().get().text());
            findings.add(judgement.refusal().get());
        }
        throw denial(image.context() + "@" + manifest.digest(), findings, listed.size() > Candidates.MOST);
    }

    private static String at(Descriptor signature) {
        return "referrer " + signature.digest();
    }

    private static String warning(ImageReference image, VerificationLevel level, Finding finding) {
        return image.original() + " is admitted though " + finding.text() + ": verification level "
                + level.name().toLowerCase(Locale.ROOT) + " only logs the check "
                + finding.step().check().written();
    }

    private static ValidationException denial(String reference, List<Finding> findings, boolean stopped) {
        Finding telling = findings.stream()
                .max(Finding.BY_STEP)
                .filter(finding -> finding.step() != Step.NOTHING)
                .orElse(new Finding(
                        Step.NOTHING,
                        "no signature is associated with \"" + reference
                                + "\", make sure the artifact was signed successfully"));
        List<Finding> others = new ArrayList<>(findings);
        others.sort(Collections.reverseOrder(Finding.BY_STEP));
        String details = Stream.concat(Stream.of(telling), others.stream())
                .map(Finding::text)
                .distinct()
                .limit(SHOWN)
                .collect(Collectors.joining("; "));
        String limit = stopped
                ? "; signature evaluation stopped. The configured limit of " + Candidates.MOST
                        + " signatures to verify per artifact exceeded"
                : "";
        return new ValidationException(telling.step().reason(), FAILED + details + limit);
    }
}

package dev.connaisseur.validator.cosign;

import dev.connaisseur.http.LookupException;
import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.RuleOptions;
import dev.connaisseur.registry.RegistryClient;
import dev.connaisseur.registry.RepositorySession;
import dev.connaisseur.sigstore.Demands;
import dev.connaisseur.sigstore.EvidenceCheck;
import dev.connaisseur.sigstore.TrustedRoot;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import java.time.InstantSource;
import java.util.List;

/** Verifies images that were signed with cosign: gathers what is there, source by source, and decides over it. */
public final class CosignValidator implements Validator {
    public static final String TYPE = "cosign";

    private final String name;
    private final TrustRoots roots;
    private final TrustedRoot trusted;
    private final RegistryClient registry;
    private final InstantSource clock;

    CosignValidator(String name, TrustRoots roots, TrustedRoot trusted, RegistryClient registry, InstantSource clock) {
        this.name = name;
        this.roots = roots;
        this.trusted = trusted;
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
    public List<RuleProblem> check(RuleOptions options) {
        return Quorum.problems(name, roots, options);
    }

    @Override
    public Verdict validate(ImageReference image, RuleOptions options, RequestContext context) {
        List<RuleProblem> problems = check(options);
        if (!problems.isEmpty()) {
            throw new ValidationException(
                    Reason.MISCONFIGURED, problems.getFirst().what());
        }
        Quorum quorum = Quorum.of(roots, options);
        boolean keyless = quorum.tried().stream().anyMatch(TrustRoot.Keyless.class::isInstance);
        Demands demands = new Demands(
                options.verifyInTransparencyLog(),
                keyless && options.verifySct(),
                options.signature().requireTimestamp(),
                clock.instant());
        refuseWithoutMaterial(demands, keyless);
        return new Verification(image, options, context, demands).run();
    }

    /** Asked for a proof that nobody could give, the answer is no, and says why. */
    private void refuseWithoutMaterial(Demands demands, boolean keyless) {
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

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
import dev.connaisseur.trust.TrustRoots;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.RequestContext;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Validator;
import dev.connaisseur.validator.Verdict;
import java.time.InstantSource;
import java.util.List;

/** Verifies images that were signed with cosign: gathers everything first, then decides over it. */
public final class CosignValidator implements Validator {
    public static final String TYPE = "cosign";

    private final String name;
    private final TrustRoots roots;
    private final RegistryClient registry;
    private final InstantSource clock;

    CosignValidator(String name, TrustRoots roots, RegistryClient registry, InstantSource clock) {
        this.name = name;
        this.roots = roots;
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
        refuseLog(options);
        RepositorySession session = registry.session(image, context.deadline());
        Digest digest = digest(session, image);
        Demands demands = new Demands(false, false, false, clock.instant());
        Tally tally = new Tally(
                digest,
                Quorum.of(roots, options),
                new EvidenceCheck(TrustedRoot.NOBODY, demands),
                new ImageClaim(digest));
        return tally.add(LegacySignatures.gather(session, digest)).verdict();
    }

    /** Asked for a proof that cannot be checked, the answer is no. */
    private static void refuseLog(RuleOptions options) {
        String what = options.verifyInTransparencyLog() ? "rekor" : options.verifySct() ? "ct log" : "";
        if (!what.isEmpty()) {
            throw new ValidationException(
                    Reason.LOG,
                    "error setting up cosign options: error getting " + what
                            + " public keys: there are none, so that only rules with verifyInTransparencyLog: false and"
                            + " verifySCT: false can admit");
        }
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

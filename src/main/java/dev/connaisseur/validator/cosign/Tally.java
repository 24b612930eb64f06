package dev.connaisseur.validator.cosign;

import dev.connaisseur.sigstore.Evidence;
import dev.connaisseur.sigstore.EvidenceCheck;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.Trail;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.cosign.Finding.Step;
import dev.connaisseur.validator.cosign.Quorum.Shortfall;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts, over all sources, for whom a signature was found. Every signature is looked at for every trust root, so the order in
 * which somebody lists them decides nothing. Depends on nothing but its arguments; lives for one verification.
 */
final class Tally {
    private static final int SHOWN = 3;

    private final Quorum quorum;
    private final EvidenceCheck check;
    private final ImageClaim claim;
    private final Trail trail;
    private final Set<Long> logIndexes = new LinkedHashSet<>();
    private final Acceptances accepted = new Acceptances();
    private final List<Finding> findings = new ArrayList<>();

    /** @param trail takes what became of each signature */
    Tally(Quorum quorum, EvidenceCheck check, ImageClaim claim, Trail trail) {
        this.quorum = quorum;
        this.check = check;
        this.claim = claim;
        this.trail = trail;
    }

    /** @param at where they were found, for people */
    Tally add(String at, Gathered gathered) {
        gathered.broken().forEach(finding -> found(at, "", finding));
        for (Evidence evidence : gathered.evidence()) {
            Optional<Finding> unsuited = ImageClaim.unsuited(evidence);
            unsuited.ifPresent(finding -> found(at, "", finding));
            for (TrustRoot root : unsuited.isPresent() ? List.<TrustRoot>of() : quorum.tried()) {
                Optional<Finding> finding =
                        check.check(evidence, root).map(Finding::of).or(() -> claim.check(evidence));
                finding.ifPresentOrElse(why -> found(at, root.name(), why), () -> accept(at, root, evidence));
            }
        }
        return this;
    }

    private void accept(String at, TrustRoot root, Evidence evidence) {
        accepted.add(root, evidence);
        check.logIndex(evidence).ifPresent(logIndexes::add);
        trail.looked(at, root.name(), "a signature counts");
    }

    private void found(String at, String by, Finding finding) {
        findings.add(finding);
        trail.looked(at, by, finding.text());
    }

    /** Where the signatures that count stand in the transparency log, if that was demanded. */
    Set<Long> logIndexes() {
        return logIndexes;
    }

    boolean met() {
        return quorum.shortfall(accepted).isEmpty();
    }

    /**
     * Who signed, in configured order.
     *
     * @throws ValidationException if the quorum is not met
     */
    List<TrustRoot> signers() {
        Optional<Shortfall> shortfall = quorum.shortfall(accepted);
        if (shortfall.isPresent()) {
            throw denial(shortfall.get());
        }
        return quorum.tried().stream().filter(accepted.roots()::contains).toList();
    }

    private ValidationException denial(Shortfall shortfall) {
        Finding telling =
                findings.stream().max(Finding.BY_STEP).orElse(new Finding(Step.NOTHING, "no signatures found"));
        Reason reason = telling.step().reason();
        if (reason.undecided()) {
            // What could not be fetched might have been the missing signature.
            return new ValidationException(reason, "error validating image: [" + telling.text() + "]");
        }
        boolean somebody = !accepted.roots().isEmpty();
        return switch (shortfall.kind()) {
            case NOBODY -> new ValidationException(reason, shortfall.text() + ": [" + details(telling) + "]");
            case THRESHOLD -> new ValidationException(somebody ? Reason.THRESHOLD : reason, shortfall.text());
            case REQUIRED -> new ValidationException(somebody ? Reason.REQUIRED_SIGNER : reason, shortfall.text());
        };
    }

    private String details(Finding telling) {
        if (telling.step() == Step.NOTHING || telling.step() == Step.PREDICATE) {
            return "no signatures found" + (telling.step() == Step.NOTHING ? "" : ": " + telling.text());
        }
        List<Finding> others = new ArrayList<>(findings);
        others.sort(Collections.reverseOrder(Finding.BY_STEP));
        return "no matching signatures: "
                + Stream.concat(Stream.of(telling), others.stream())
                        .map(Finding::text)
                        .distinct()
                        .limit(SHOWN)
                        .collect(Collectors.joining("; "));
    }
}

package dev.connaisseur.validator.cosign;

import dev.connaisseur.image.Digest;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.Verdict;
import dev.connaisseur.validator.cosign.Finding.Step;
import dev.connaisseur.validator.cosign.Quorum.Shortfall;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The verdict over everything that was gathered: a pure function. Every signature is looked at for every trust root, so the order
 * in which somebody lists them decides nothing.
 */
final class Verification {
    private static final int SHOWN = 3;

    private final Digest image;
    private final Quorum quorum;

    Verification(Digest image, Quorum quorum) {
        this.image = image;
        this.quorum = quorum;
    }

    /**
     * Decides.
     *
     * @throws ValidationException if the quorum is not met
     */
    Verdict.Signed decide(Gathered gathered) {
        EvidenceCheck check = new EvidenceCheck(image);
        List<TrustRoot> accepted = new ArrayList<>();
        List<Finding> findings = new ArrayList<>(gathered.broken());
        for (TrustRoot root : quorum.tried()) {
            boolean signed = false;
            for (Evidence evidence : gathered.evidence()) {
                Optional<Finding> finding = check.check(evidence, root);
                finding.ifPresent(findings::add);
                signed |= finding.isEmpty();
            }
            if (signed) {
                accepted.add(root);
            }
        }
        Optional<Shortfall> shortfall = quorum.shortfall(accepted);
        if (shortfall.isPresent()) {
            throw denial(shortfall.get(), !accepted.isEmpty(), findings);
        }
        return new Verdict.Signed(image, accepted.stream().map(TrustRoot::name).toList());
    }

    private static ValidationException denial(Shortfall shortfall, boolean somebody, List<Finding> findings) {
        Finding telling =
                findings.stream().max(Finding.BY_STEP).orElse(new Finding(Step.NOTHING, "no signatures found"));
        if (telling.step().reason().undecided()) {
            // What could not be fetched might have been the missing signature.
            return new ValidationException(telling.step().reason(), "error validating image: [" + telling.text() + "]");
        }
        return switch (shortfall.kind()) {
            case NOBODY ->
                new ValidationException(
                        telling.step().reason(), shortfall.text() + ": [" + details(telling, findings) + "]");
            case THRESHOLD ->
                new ValidationException(
                        somebody ? Reason.THRESHOLD : telling.step().reason(), shortfall.text());
            case REQUIRED ->
                new ValidationException(
                        somebody ? Reason.REQUIRED_SIGNER : telling.step().reason(), shortfall.text());
        };
    }

    private static String details(Finding telling, List<Finding> findings) {
        if (telling.step() == Step.NOTHING) {
            return telling.text();
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

package dev.connaisseur.validator.cosign;

import dev.connaisseur.image.Digest;
import dev.connaisseur.json.MalformedJsonException;
import dev.connaisseur.policy.SignatureDemands.AttestationDemand;
import dev.connaisseur.sigstore.Content;
import dev.connaisseur.sigstore.Evidence;
import dev.connaisseur.sigstore.EvidenceCheck;
import dev.connaisseur.sigstore.MalformedEvidenceException;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.validator.Reason;
import dev.connaisseur.validator.Trail;
import dev.connaisseur.validator.ValidationException;
import dev.connaisseur.validator.cosign.Finding.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks, over all sources, for one attestation: of the right type, about the image, by somebody who is trusted for it, meeting the
 * condition. One that holds is enough, the others decide nothing. Lives for one verification.
 */
final class AttestationTally {
    private final Digest image;
    private final AttestationDemand demand;
    private final List<TrustRoot> roots;
    private final EvidenceCheck check;
    private final Optional<CelCondition> condition;
    private final Instant now;
    private final Trail trail;
    private final Set<Long> logIndexes = new LinkedHashSet<>();
    private final Set<TrustRoot> accepted = new LinkedHashSet<>();
    private final List<Finding> findings = new ArrayList<>();

    AttestationTally(
            Digest image,
            AttestationDemand demand,
            List<TrustRoot> roots,
            EvidenceCheck check,
            Optional<CelCondition> condition,
            Instant now,
            Trail trail) {
        this.image = image;
        this.demand = demand;
        this.roots = roots;
        this.check = check;
        this.condition = condition;
        this.now = now;
        this.trail = trail;
    }

    /** @param at where they were found, for people */
    AttestationTally add(String at, Gathered gathered) {
        gathered.broken().forEach(finding -> found(at, "", finding));
        for (Evidence evidence : gathered.evidence()) {
            if (evidence.content() instanceof Content.Envelope envelope) {
                add(at, evidence, envelope);
            }
        }
        return this;
    }

    private void add(String at, Evidence evidence, Content.Envelope envelope) {
        Statement statement;
        try {
            statement = Statement.parse(envelope);
        } catch (MalformedJsonException | MalformedEvidenceException e) {
            found(at, "", new Finding(Step.FORMAT, "an attestation is malformed: " + e.getMessage()));
            return;
        }
        if (!statement.predicateType().equals(demand.predicateType())) {
            found(at, "", new Finding(Step.PREDICATE, "an attestation is of another type"));
            return;
        }
        for (TrustRoot root : roots) {
            Optional<Finding> finding =
                    check.check(evidence, root).map(Finding::of).or(() -> content(statement));
            finding.ifPresentOrElse(why -> found(at, root.name(), why), () -> accept(at, root, evidence));
        }
    }

    private void accept(String at, TrustRoot root, Evidence evidence) {
        accepted.add(root);
        check.logIndex(evidence).ifPresent(logIndexes::add);
        trail.looked(at, root.name(), "an attestation of type " + demand.predicateType() + " counts");
    }

    private void found(String at, String by, Finding finding) {
        findings.add(finding);
        trail.looked(at, by, finding.text());
    }

    /** Where the attestations that count stand in the transparency log, if that was demanded. */
    Set<Long> logIndexes() {
        return logIndexes;
    }

    private Optional<Finding> content(Statement statement) {
        if (!statement.isAbout(image)) {
            return Optional.of(new Finding(Step.IMAGE, "an attestation is about another image than " + image));
        }
        return condition
                .flatMap(wanted -> wanted.unmet(statement, now))
                .map(why -> new Finding(Step.CONDITION, "an attestation " + why));
    }

    boolean met() {
        return !accepted.isEmpty();
    }

    /**
     * Who made it.
     *
     * @throws ValidationException if there is none that holds
     */
    Set<TrustRoot> signers() {
        if (met()) {
            return accepted;
        }
        Finding telling = findings.stream().max(Finding.BY_STEP).orElse(new Finding(Step.NOTHING, "there is none"));
        Reason reason = switch (telling.step()) {
            case NOTHING, PREDICATE -> Reason.ATTESTATION;
            default -> telling.step().reason();
        };
        throw new ValidationException(
                reason,
                "error validating image: [no matching attestations: " + demand.predicateType() + ": " + telling.text()
                        + "]");
    }
}

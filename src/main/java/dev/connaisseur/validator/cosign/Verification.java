package dev.connaisseur.validator.cosign;

import dev.connaisseur.image.Digest;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.policy.SignatureDemands;
import dev.connaisseur.policy.SignatureDemands.AttestationDemand;
import dev.connaisseur.registry.RepositorySession;
import dev.connaisseur.sigstore.Evidence;
import dev.connaisseur.sigstore.EvidenceCheck;
import dev.connaisseur.trust.TrustRoot;
import dev.connaisseur.validator.Trail;
import dev.connaisseur.validator.ValidationException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One verification of one image. Source after source is gathered and counted, the legacy one first, the next only while something
 * is missing; each is read once, whoever needs it.
 */
final class Verification {
    private final Digest digest;
    private final LegacyLayers legacy;
    private final RepositorySession session;
    private final EvidenceCheck check;
    private Optional<Gathered> bundles = Optional.empty();
    private Optional<Gathered> attestations = Optional.empty();
    private final Optional<Log> log;
    private final Trail trail;
    private final Set<Long> logIndexes = new LinkedHashSet<>();

    /** A transparency log that can be asked. */
    interface Log {
        /** The evidence that came without an entry and has one there. */
        Gathered entries(List<Evidence> evidence, List<TrustRoot> signers);
    }

    /**
     * @param log asked only for what nothing else could show
     * @param trail takes what became of each signature
     */
    Verification(RepositorySession session, Digest digest, EvidenceCheck check, Optional<Log> log, Trail trail) {
        this.trail = trail;
        this.log = log;
        this.session = session;
        this.digest = digest;
        this.legacy = new LegacyLayers(session, digest);
        this.check = check;
    }

    /**
     * The signers, in configured order.
     *
     * @throws ValidationException if the quorum is not met
     */
    List<TrustRoot> signers(ImageReference image, Quorum quorum, SignatureDemands demands) {
        Gathered beside = legacy.signatures();
        Tally tally = new Tally(quorum, check, new ImageClaim(image, digest, demands), trail).add(".sig tag", beside);
        if (!tally.met()) {
            tally.add("referrers", bundles());
        }
        if (!tally.met() && log.isPresent()) {
            tally.add("transparency log", log.get().entries(beside.evidence(), quorum.tried()));
        }
        logIndexes.addAll(tally.logIndexes());
        return tally.signers();
    }

    /** Where the signatures and attestations that count stand in the transparency log, if that was demanded. */
    List<Long> logIndexes() {
        return List.copyOf(logIndexes);
    }

    /**
     * Who made the attestation that is demanded.
     *
     * @throws ValidationException if there is none that holds
     */
    Set<TrustRoot> attestors(
            AttestationDemand demand, List<TrustRoot> roots, Optional<CelCondition> condition, Instant now) {
        AttestationTally tally = new AttestationTally(digest, demand, roots, check, condition, now, trail)
                .add(".att tag", legacyAttestations());
        if (!tally.met()) {
            tally.add("referrers", bundles());
        }
        if (!tally.met() && log.isPresent()) {
            tally.add("transparency log", log.get().entries(legacyAttestations().evidence(), roots));
        }
        logIndexes.addAll(tally.logIndexes());
        return tally.signers();
    }

    private Gathered bundles() {
        if (bundles.isEmpty()) {
            bundles = Optional.of(BundleReferrers.gather(session, digest));
        }
        return bundles.get();
    }

    private Gathered legacyAttestations() {
        if (attestations.isEmpty()) {
            attestations = Optional.of(legacy.attestations());
        }
        return attestations.get();
    }
}

package dev.connaisseur.admission;

import dev.connaisseur.config.Settings.Features;
import dev.connaisseur.kubernetes.Workload;
import java.util.Optional;

/** Which images of one request need not be verified, because they were when they came to where they stand. */
final class Approvals {
    private final Features features;
    private final Workload workload;
    private final Optional<Places> old;

    /** @param old what the API server holds of the object, on updates */
    Approvals(Features features, Workload workload, Optional<Workload> old) {
        this.features = features;
        this.workload = workload;
        this.old = old.map(Places::of);
    }

    /** Whether the request itself shows that the image stands unchanged wherever it stands. */
    Optional<Skip> unchanged(String image) {
        boolean unchanged = features.automaticUnchangedApproval()
                && old.isPresent()
                && old.get().holdAll(workload.positionsOf(image));
        return unchanged ? Optional.of(Skip.UNCHANGED) : Optional.empty();
    }
}

package dev.connaisseur.admission;

import dev.connaisseur.config.Settings.Features;
import dev.connaisseur.config.Settings.Features.ResourceValidation;
import dev.connaisseur.config.Settings.Features.UnpinnedOwners;
import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.image.ImageReference;
import dev.connaisseur.kubernetes.AdmissionReview;
import dev.connaisseur.kubernetes.OwnerReference;
import dev.connaisseur.kubernetes.Workload;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Which images of one request need not be verified, because they were when they came to where they stand. */
final class Approvals {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Features features;
    private final AdmissionReview review;
    private final Workload workload;
    private final Optional<Places> old;
    private final Owners owners;
    private final ReentrantLock asking = new ReentrantLock();
    private Optional<Places> owner = Optional.empty();
    private boolean asked;

    /**
     * @param old what the API server holds of the object, on updates
     * @param owners is asked once for this request, if at all
     */
    Approvals(Features features, AdmissionReview review, Workload workload, Optional<Workload> old, Owners owners) {
        this.features = features;
        this.review = review;
        this.workload = workload;
        this.old = old.map(Places::of);
        this.owners = owners;
    }

    /** Whether the request itself shows that the image stands unchanged wherever it stands. */
    Optional<Skip> unchanged(String image) {
        boolean unchanged = features.automaticUnchangedApproval()
                && old.isPresent()
                && old.get().holdAllAsTheyWere(workload.positionsOf(image));
        return unchanged ? Optional.of(Skip.UNCHANGED) : Optional.empty();
    }

    /** Whether the owner has to be asked. Asks nobody. */
    boolean mayBeChild(ImageReference image) {
        // With podsOnly the owner was not held to the policy, so it vouches for nothing.
        return features.automaticChildApproval()
                && features.resourceValidation() != ResourceValidation.PODS_ONLY
                && workload.owners().stream().anyMatch(OwnerReference::controller)
                && (image.digest().isPresent() || features.unpinnedOwners() != UnpinnedOwners.VALIDATE);
    }

    /** Whether the object's live owner names the image wherever the object does. Asks the API server. */
    Optional<Skip> child(ImageReference image, Deadline deadline) {
        if (!mayBeChild(image)) {
            return Optional.empty();
        }
        boolean named = owner(deadline)
                .filter(places -> places.holdAll(workload.positionsOf(image.original())))
                .isPresent();
        if (!named) {
            return Optional.empty();
        }
        return Optional.of(image.digest().isPresent() ? Skip.CHILD : Skip.UNPINNED_CHILD);
    }

    private Optional<Places> owner(Deadline deadline) {
        asking.lock();
        try {
            if (!asked) {
                asked = true; // a second image does not ask again whatever happens now
                owner = workload.owners().stream()
                        .filter(OwnerReference::controller)
                        .findFirst()
                        .flatMap(reference -> owners.live(review.namespace(), reference, deadline.within(PATIENCE)))
                        .map(Places::of);
            }
            return owner;
        } catch (LookupException e) {
            DecisionLog.noOwner(review, e);
            return Optional.empty();
        } finally {
            asking.unlock();
        }
    }
}

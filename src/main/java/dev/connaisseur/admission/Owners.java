package dev.connaisseur.admission;

import dev.connaisseur.http.Deadline;
import dev.connaisseur.http.LookupException;
import dev.connaisseur.kubernetes.OwnerReference;
import dev.connaisseur.kubernetes.Workload;
import java.util.Optional;

/** Whoever knows the live objects of the cluster. */
@FunctionalInterface
public interface Owners {
    /** Nobody: outside a cluster no child is approved. */
    Owners UNKNOWN = (namespace, reference, deadline) -> Optional.empty();

    /**
     * The owner that a reference names.
     *
     * @param namespace in which it must live
     * @return empty if there is no such object with that uid, or it is being deleted
     * @throws LookupException if nobody told
     */
    Optional<Workload> live(String namespace, OwnerReference reference, Deadline deadline);
}

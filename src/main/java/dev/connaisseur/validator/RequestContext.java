package dev.connaisseur.validator;

import dev.connaisseur.http.Deadline;

/**
 * What one admission request gives to the verification of one image.
 *
 * @param deadline the request's limit; every wait stays inside it
 * @param namespace the namespace of the request, empty for cluster-wide objects
 * @param pullSecrets of the object
 * @param trail takes what was looked at
 */
public record RequestContext(Deadline deadline, String namespace, PullSecrets pullSecrets, Trail trail) {
    public RequestContext(Deadline deadline, String namespace) {
        this(deadline, namespace, PullSecrets.NONE);
    }

    public RequestContext(Deadline deadline, String namespace, PullSecrets pullSecrets) {
        this(deadline, namespace, pullSecrets, new Trail());
    }
}

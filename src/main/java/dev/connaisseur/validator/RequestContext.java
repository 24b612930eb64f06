package dev.connaisseur.validator;

import dev.connaisseur.http.Deadline;

/**
 * What one admission request gives to every verification under it.
 *
 * @param deadline the request's limit; every wait stays inside it
 * @param namespace the namespace of the request, empty for cluster-wide objects
 */
public record RequestContext(Deadline deadline, String namespace) {}

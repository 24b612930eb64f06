/** The doors that Kubernetes knocks on: admission, probes, metrics. Start with {@code MutateResource}. */
@NullMarked
package dev.connaisseur.webhook;

import org.jspecify.annotations.NullMarked;

/** Fetches manifests, blobs and referrers from an OCI registry, each once and bounded. IO through {@code http} only. Start with {@code RegistryClient}. */
@NullMarked
package dev.connaisseur.registry;

import org.jspecify.annotations.NullMarked;

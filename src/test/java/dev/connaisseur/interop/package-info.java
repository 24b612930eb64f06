/** Our verifier beside the real tools: cosign, notation, notary and docker-registry, each started by the test. */
@NullMarked
package dev.connaisseur.interop;

import org.jspecify.annotations.NullMarked;

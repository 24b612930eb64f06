/**
 * The formats and proofs of sigstore: bundles, trusted roots, log entries, checkpoints, SCTs, Fulcio's certificates. Reads and
 * checks, does no IO, decides nothing about images. Start with {@code Evidence} and {@code EvidenceCheck}.
 */
@NullMarked
package dev.connaisseur.sigstore;

import org.jspecify.annotations.NullMarked;

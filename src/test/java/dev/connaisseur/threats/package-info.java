/** Attacks and faults against the whole engine, from the review to the patch, each beside its honest twin. */
@NullMarked
package dev.connaisseur.threats;

import org.jspecify.annotations.NullMarked;

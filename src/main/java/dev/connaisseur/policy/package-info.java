/** Finds the one rule for an image. Plain values, no IO. Start with {@code Policy}. */
@NullMarked
package dev.connaisseur.policy;

import org.jspecify.annotations.NullMarked;

/**
 * Verifies what cosign signs: first everything is gathered (IO), then it is verified (a pure function of the evidence). Start with
 * {@code CosignValidator}.
 */
@NullMarked
package dev.connaisseur.validator.cosign;

import org.jspecify.annotations.NullMarked;

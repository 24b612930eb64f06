/** Decides a review: which images, which rules, which verdicts, one answer. Start with {@code AdmissionController}. */
@NullMarked
package dev.connaisseur.admission;

import org.jspecify.annotations.NullMarked;

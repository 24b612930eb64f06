/** The cluster's words: admission reviews, workloads and their containers, JSON patches. Start with {@code AdmissionReview}. */
@NullMarked
package dev.connaisseur.kubernetes;

import org.jspecify.annotations.NullMarked;

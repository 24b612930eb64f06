/** The port that every verifier implements, and the static one. Start with {@code Validator}. */
@NullMarked
package dev.connaisseur.validator;

import org.jspecify.annotations.NullMarked;

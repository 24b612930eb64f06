/**
 * Verifies what the Notary Project's {@code notation} signs: JWS and COSE envelopes over an image's descriptor, certificates, trust
 * stores, levels, timestamps. The registry is the only thing it asks. Start with {@code NotationValidator}.
 */
@NullMarked
package dev.connaisseur.validator.notation;

import org.jspecify.annotations.NullMarked;

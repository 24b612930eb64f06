/** Says whom we believe and does the arithmetic of signatures. No IO. Start with {@code TrustRoots} and {@code SignatureCheck}. */
@NullMarked
package dev.connaisseur.trust;

import org.jspecify.annotations.NullMarked;

/**
 * Whether the certificates of a chain have been revoked: asks OCSP responders and fetches revocation lists, and believes nothing that
 * their issuer did not sign. Start with {@code RevocationChecks}.
 */
@NullMarked
package dev.connaisseur.validator.notation.revocation;

import org.jspecify.annotations.NullMarked;

/**
 * The Update Framework: turns signed role files into trusted targets. Roles, thresholds, root rotation, expiry, checksums and the
 * memory against rollback live here, in the dialect of Notary v1; which targets an image needs does not. The verification is a pure
 * function of the files and the clock: no IO. Start with
 * {@code BaseRoles}.
 *
 * @see <a href="https://theupdateframework.github.io/specification/latest/">The Update Framework</a>
 */
@NullMarked
package dev.connaisseur.tuf;

import org.jspecify.annotations.NullMarked;

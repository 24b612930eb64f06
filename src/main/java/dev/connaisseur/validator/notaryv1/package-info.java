/**
 * Docker Content Trust: asks a notary server who signed which digest under which tag. The server's files are believed only as far as
 * {@code tuf} verified them. Start with {@code NotaryV1Validator}.
 *
 * @see <a href="https://github.com/notaryproject/notary">Notary v1</a>
 */
@NullMarked
package dev.connaisseur.validator.notaryv1;

import org.jspecify.annotations.NullMarked;

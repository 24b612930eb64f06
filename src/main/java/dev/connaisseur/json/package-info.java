/** Reads JSON strictly: no duplicate keys, bounded depth and size, valid UTF-8, nothing after the value. No IO. Start with {@code StrictJson}. */
@NullMarked
package dev.connaisseur.json;

import org.jspecify.annotations.NullMarked;

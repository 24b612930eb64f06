/** Names images: references, tags and digests. Parses text, does no IO. Start with {@code ImageReference}. */
@NullMarked
package dev.connaisseur.image;

import org.jspecify.annotations.NullMarked;

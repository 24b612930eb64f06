/** What replicas exchange, without a Redis. With one: {@code interop}. */
@NullMarked
package dev.connaisseur.cache;

import org.jspecify.annotations.NullMarked;

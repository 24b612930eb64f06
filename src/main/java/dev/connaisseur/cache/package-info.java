/**
 * Remembers what validators found, for a while: verdicts in this process and, where there is a Redis, for all replicas; work in
 * flight, so that equal questions are answered once; digests that were good, for when nobody can be asked. A cache that fails is
 * a cache that knows nothing. Start with {@code VerdictCache}; what asks Redis is {@code SharedLevel}.
 */
@NullMarked
package dev.connaisseur.cache;

import org.jspecify.annotations.NullMarked;

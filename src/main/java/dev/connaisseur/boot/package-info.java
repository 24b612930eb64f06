/** Puts the house together and keeps its two lifetimes, process and generation. Start with {@code Engine}. */
@NullMarked
package dev.connaisseur.boot;

import org.jspecify.annotations.NullMarked;

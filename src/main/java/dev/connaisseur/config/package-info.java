/** Turns YAML and flags into a checked tree whose every node knows its path and line. Start with {@code ConfigSection}. */
@NullMarked
package dev.connaisseur.config;

import org.jspecify.annotations.NullMarked;

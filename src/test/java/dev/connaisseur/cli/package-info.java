/** The commands, run as at a terminal. */
@NullMarked
package dev.connaisseur.cli;

import org.jspecify.annotations.NullMarked;

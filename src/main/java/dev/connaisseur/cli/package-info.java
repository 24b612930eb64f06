/** The same engine at a terminal, one class per command. Start with {@code ConnaisseurCli}. */
@NullMarked
package dev.connaisseur.cli;

import org.jspecify.annotations.NullMarked;

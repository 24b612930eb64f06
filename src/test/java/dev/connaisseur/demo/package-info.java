/** The demonstration: the shipped server, a small registry and the questions that an API server would ask. Start with {@code Demonstration}. */
@NullMarked
package dev.connaisseur.demo;

import org.jspecify.annotations.NullMarked;

/**
 * Tests inside the server: the built WAR on the shipped {@code liberty/server.xml}, with a test runner beside it.
 */
@NullMarked
package dev.connaisseur.integration;

import org.jspecify.annotations.NullMarked;

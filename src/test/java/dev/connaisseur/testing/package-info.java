/** What tests stand on: a loopback registry with faults, the zoo of signed images, throw-away certificates. No mocking library. */
@NullMarked
package dev.connaisseur.testing;

import org.jspecify.annotations.NullMarked;

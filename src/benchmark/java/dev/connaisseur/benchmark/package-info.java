/**
 * How much processor time things take. Programs, not tests: {@code ./mvnw -Pbenchmark package} runs them. Start with
 * {@code AdmissionBenchmark}.
 */
@NullMarked
package dev.connaisseur.benchmark;

import org.jspecify.annotations.NullMarked;

package dev.connaisseur.admission;

import java.util.function.Supplier;

/** Takes the trees of admissions, one when each is decided. */
@FunctionalInterface
public interface Traces {
    /** Nobody wants any. */
    Traces NONE = admission -> {};

    /** An admission has ended. Never waits, never fails. */
    void ended(Supplier<Span> admission);
}

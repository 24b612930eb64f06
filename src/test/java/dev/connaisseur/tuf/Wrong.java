package dev.connaisseur.tuf;

import dev.connaisseur.testing.NotaryRepository;
import dev.connaisseur.tuf.MetadataException.Fault;
import java.util.function.Consumer;

/**
 * One thing wrong with a repository that verifies without it.
 *
 * @param cause what the message must hold
 */
record Wrong(String what, Consumer<NotaryRepository> change, Fault fault, String cause) {
    static Wrong wrong(String what, Consumer<NotaryRepository> change, Fault fault, String cause) {
        return new Wrong(what, change, fault, cause);
    }

    @Override
    public String toString() {
        return what + " → " + fault;
    }
}

package dev.connaisseur.registry;

/** A manifest that contradicts itself or its specification. The message goes on from "the manifest …". */
final class MalformedManifestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedManifestException(String message) {
        super(message);
    }
}

package dev.connaisseur.validator.cosign;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Bytes as a value: they do not change and are equal by content. */
final class Bytes {
    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    static Bytes of(byte[] content) {
        return new Bytes(content.clone());
    }

    /** Reads standard base64 with its padding; empty for anything else, as there must be one text for one content. */
    static Optional<Bytes> ofBase64(String text) {
        try {
            byte[] content = Base64.getDecoder().decode(text);
            return Base64.getEncoder().encodeToString(content).equals(text)
                    ? Optional.of(new Bytes(content))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    byte[] toArray() {
        return content.clone();
    }

    int length() {
        return content.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return content.length + " bytes";
    }
}

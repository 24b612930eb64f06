package dev.connaisseur.sigstore;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** Bytes as a value: they do not change and are equal by content. */
public final class Bytes {
    public static final Bytes NONE = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    public static Bytes of(byte[] content) {
        return new Bytes(content.clone());
    }

    /** Reads standard base64 with its padding; empty for anything else, as there must be one text for one content. */
    public static Optional<Bytes> ofBase64(String text) {
        try {
            byte[] content = Base64.getDecoder().decode(text);
            return Base64.getEncoder().encodeToString(content).equals(text)
                    ? Optional.of(new Bytes(content))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public byte[] toArray() {
        return content.clone();
    }

    public int length() {
        return content.length;
    }

    /** The first bytes, all if there are not so many. */
    public Bytes first(int count) {
        return new Bytes(Arrays.copyOf(content, Math.min(count, content.length)));
    }

    /** What follows the first bytes. */
    public Bytes after(int count) {
        return new Bytes(Arrays.copyOfRange(content, Math.min(count, content.length), content.length));
    }

    public String base64() {
        return Base64.getEncoder().encodeToString(content);
    }

    public String hex() {
        return HexFormat.of().formatHex(content);
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

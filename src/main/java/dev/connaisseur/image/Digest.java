package dev.connaisseur.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The content address of a manifest or blob: SHA-256 only; any other algorithm is refused. */
public record Digest(String hex) {
    public static final String PREFIX = "sha256:";
    private static final int HEX_DIGITS = 64;

    public Digest {
        if (!isHex(hex)) {
            throw new IllegalArgumentException("a digest is 64 lower-case hex digits");
        }
    }

    private static boolean isHex(String text) {
        return text.length() == HEX_DIGITS && ReferenceGrammar.isLowerHex(text);
    }

    /** Reads {@code sha256:<64 lower-case hex digits>}; empty for anything else. */
    public static Optional<Digest> parse(String text) {
        if (!text.startsWith(PREFIX) || !isHex(text.substring(PREFIX.length()))) {
            return Optional.empty();
        }
        return Optional.of(new Digest(text.substring(PREFIX.length())));
    }

    /** Hashes the bytes that were received. */
    public static Digest of(byte[] content) {
        try {
            return new Digest(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The written form, {@code sha256:<hex>}. */
    @Override
    public String toString() {
        return PREFIX + hex;
    }
}

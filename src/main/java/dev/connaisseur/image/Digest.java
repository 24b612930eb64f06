package dev.connaisseur.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** The content address of a manifest or blob: SHA-256 only; any other algorithm is refused. */
public record Digest(String hex) {
    public static final String PREFIX = "sha256:";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    public Digest {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("a digest is 64 lower-case hex digits");
        }
    }

    /** Reads {@code sha256:<64 lower-case hex digits>}; empty for anything else. */
    public static Optional<Digest> parse(String text) {
        if (!text.startsWith(PREFIX)
                || !HEX.matcher(text.substring(PREFIX.length())).matches()) {
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

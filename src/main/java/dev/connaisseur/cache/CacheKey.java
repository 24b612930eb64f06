package dev.connaisseur.cache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a judgement holds for. Two questions with equal keys have equal answers at one moment; change anything that decides, and the
 * key is another.
 *
 * @param fingerprint of the configuration
 * @param rule which of its rules, with the validator that it names
 * @param scope whose credentials are used; empty where everybody's are the same
 * @param image name with tag or digest, normalised
 */
public record CacheKey(String fingerprint, String rule, String scope, String image) {

    /** The same for another name of an image. */
    public CacheKey of(String otherImage) {
        return new CacheKey(fingerprint, rule, scope, otherImage);
    }

    int length() {
        return fingerprint.length() + rule.length() + scope.length() + image.length();
    }

    /** 64 hex digits that stand for all of it, whatever characters it has. */
    String hash() {
        return hash(fingerprint, rule, scope, image);
    }

    static String hash(String... parts) {
        MessageDigest sha256 = sha256();
        for (String part : parts) {
            byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
            sha256.update((utf8.length + ":").getBytes(StandardCharsets.US_ASCII));
            sha256.update(utf8);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

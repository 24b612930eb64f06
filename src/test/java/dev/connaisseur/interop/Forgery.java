package dev.connaisseur.interop;

import dev.connaisseur.image.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Ways to put a yes under the name of an image in Redis, and what it needs to be one. */
enum Forgery {
    PLAIN,
    ANOTHER_FORMAT,
    ANOTHER_KEY,
    ANOTHER_IMAGE,
    ANOTHER_NAME,
    FLIPPED_BIT,
    STALE,
    FROM_THE_FUTURE,
    /** With the key, for this name, now: what a replica would have put there. */
    NONE;

    private static final Digest DIGEST = Digest.of("forged".getBytes(StandardCharsets.UTF_8));

    /** Whether nothing is wrong with the seal. */
    boolean isSealed() {
        return this == STALE || this == FROM_THE_FUTURE || this == NONE;
    }

    boolean admits() {
        return this == NONE;
    }

    /**
     * The entry, a character per byte.
     *
     * @param name under which it will stand
     * @param other the name of a signed image's entry
     * @param good that entry
     */
    String value(String name, String other, String good) {
        Instant now = Instant.now();
        return switch (this) {
            case PLAIN -> entry(now);
            case ANOTHER_FORMAT -> "{\"digest\":\"" + DIGEST + "\",\"error\":\"\"}";
            case ANOTHER_KEY -> sealed("f".repeat(32), name, entry(now));
            case ANOTHER_IMAGE -> good;
            case ANOTHER_NAME -> sealed(Replicas.KEY, other, entry(now));
            case FLIPPED_BIT -> {
                String sealed = sealed(Replicas.KEY, name, entry(now));
                yield (char) (sealed.charAt(0) ^ 1) + sealed.substring(1);
            }
            case STALE -> sealed(Replicas.KEY, name, entry(now.minusSeconds(301)));
            case FROM_THE_FUTURE -> sealed(Replicas.KEY, name, entry(now.plusSeconds(600)));
            case NONE -> sealed(Replicas.KEY, name, entry(now));
        };
    }

    private static String entry(Instant at) {
        return "{\"at\":" + at.toEpochMilli() + ",\"digest\":\"" + DIGEST + "\",\"signers\":[],\"warnings\":[]}";
    }

    private static String sealed(String key, String name, String entry) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            byte[] code = mac.doFinal((name + "\n" + entry).getBytes(StandardCharsets.US_ASCII));
            return new String(code, StandardCharsets.ISO_8859_1) + entry;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

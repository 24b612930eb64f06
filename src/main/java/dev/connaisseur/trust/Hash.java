package dev.connaisseur.trust;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash functions that a signature may use. MD5 and SHA-1 are not among them. */
public enum Hash {
    SHA_224("SHA-224", 28),
    SHA_256("SHA-256", 32),
    SHA_384("SHA-384", 48),
    SHA_512("SHA-512", 64),
    SHA_512_224("SHA-512/224", 28),
    SHA_512_256("SHA-512/256", 32);

    private final String jcaName;
    private final int length;

    Hash(String jcaName, int length) {
        this.jcaName = jcaName;
        this.length = length;
    }

    /** The name of Java's cryptography architecture, {@code SHA-256}. */
    public String jcaName() {
        return jcaName;
    }

    /** Bytes of a hash value. */
    public int length() {
        return length;
    }

    public byte[] of(byte[] message) {
        try {
            return MessageDigest.getInstance(jcaName).digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform lacks " + jcaName, e);
        }
    }

    /** As signature names write it, {@code SHA256} or {@code SHA512/256}. */
    String inSignatureName() {
        return jcaName.replaceFirst("-", "");
    }
}
